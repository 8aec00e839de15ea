import { describe, expect, it } from 'vitest'
import { BatchScaling } from './batch-size'
import { type Constant, firstDifference, type Node, type Recording } from './recording'

const [FLOAT, INT] = [1, 3]
const floats = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer)
const integers = (...values: number[]): Buffer => Buffer.from(Int32Array.from(values).buffer)
const constant = (type: number, shape: number[], bytes: Buffer, uniform = false): Node => {
  const it: Constant = { type, shape, bytes, uniform }
  return { kind: 'constant', constant: it }
}
const operation = (name: string, attributes: Extract<Node, { kind: 'operation' }>['attributes'] = []): Node => ({
  kind: 'operation',
  operation: name,
  inputs: [{ from: 'input', index: 0 }],
  attributes,
})
const recording = (batch: number, nodes: Node[]): Recording => ({
  inputs: [{ type: FLOAT, shape: [batch, 8] }],
  outputs: [],
  assigned: [],
  nodes,
})
const scaling = new BatchScaling(2, 4)
const scaled = (make: (batch: number) => Node[], batch: number): Recording =>
  scaling.to(batch, recording(2, make(2)), recording(4, make(4)))

describe('BatchScaling', () => {
  it.each<[string, (batch: number) => Node[]]>([
    ['shapes of inputs', () => [operation('Relu')]],
    ['sides in constants', (b) => [constant(INT, [2], integers(b, 5))]],
    ['sides that are alike by chance', (b) => [constant(INT, [2], b === 4 ? integers(4) : integers(b, 4), b === 4)]],
    ['products of the batch with other sides', (b) => [constant(INT, [2], integers(65 * b, 3))]],
    ['divisors', (b) => [constant(FLOAT, [], floats(64 * b))]],
    ['uniform constants', (b) => [constant(FLOAT, [b, 3], floats(0.3), true)]],
    ['attributes', (b) => [operation('Reshape', [{ name: 'shape', kind: 'shape', value: [b, 4] }])]],
  ])('brings %s to any batch', (_, make) => {
    expect(firstDifference(scaled(make, 3), recording(3, make(3)))).toBeNull()
    expect(firstDifference(scaled(make, 128), recording(128, make(128)))).toBeNull()
    expect(firstDifference(scaled(make, 128), recording(127, make(127)))).not.toBeNull()
  })

  it.each<[string, (batch: number) => Node[], RegExp]>([
    ['another operation', (b) => [operation(b === 2 ? 'Relu' : 'Elu')], /operation 0, Relu/],
    ['more operations', (b) => Array.from({ length: b }, () => operation('Relu')), /2 operations .* 4/],
    ['random numbers', (b) => [constant(FLOAT, [], floats(Math.sin(b)))], /constant 0/],
    ['a share of the batch', (b) => [constant(FLOAT, [], floats(1 / b))], /constant 0/],
    ['data that grows', (b) => [constant(FLOAT, [b], floats(...Array(b).keys()))], /constant 0/],
    ['a number in an attribute', (b) => [operation('Elu', [{ name: 'a', kind: 'float', value: b }])], /Elu, its a/],
  ])('refuses %s', (_, make, message) => {
    expect(() => scaled(make, 128)).toThrow(message)
  })

  it('tells a counter that is baked in from a number that grows with the batch', () => {
    let count = 0
    const make = (): Node[] => [constant(FLOAT, [], floats(count++))]
    const [first, second, third] = [recording(2, make()), recording(4, make()), recording(3, make())]
    const predicted = (() => {
      try {
        return firstDifference(scaling.to(3, first, second), third)
      } catch (error) {
        return (error as Error).message
      }
    })()
    expect(predicted).toMatch(/constant/)
  })
})
