import { describe, expect, it } from 'vitest'
import { Composer, type Made } from './composer'
import { type Node, type Recording, type Reference, TF_FLOAT } from './recording'

const input = (index: number): Reference => ({ from: 'input', index })
const variable = (index: number): Reference => ({ from: 'variable', index })
const node = (index: number): Reference => ({ from: 'node', index, output: 0 })
const operation = (name: string, ...inputs: Reference[]): Node => ({
  kind: 'operation',
  operation: name,
  inputs,
  attributes: [],
})

/** Adds its input to the variable, and gives the square of what that was. */
const step: Recording = {
  inputs: [{ type: TF_FLOAT, shape: [2] }],
  nodes: [operation('Add', variable(0), input(0)), operation('Square', variable(0))],
  outputs: [{ reference: node(1), type: TF_FLOAT }],
  assigned: [{ variable: 0, reference: node(0) }],
}

const operations = ({ nodes }: Recording): string[] =>
  nodes.map((node) => (node.kind === 'constant' ? 'constant' : node.operation))

describe('Composer', () => {
  it('has a call read what the one before gave, and the variables as it left them', () => {
    const composer = new Composer()
    const x = composer.input({ type: TF_FLOAT, shape: [2] })
    const [first] = composer.call(step, [x]) as [Made]
    const [second] = composer.call(step, [first]) as [Made]
    const { inputs, nodes, outputs, assigned } = composer.recording([second])
    expect(inputs).toEqual(step.inputs)
    expect(nodes.slice(2)).toEqual([operation('Add', node(0), node(1)), operation('Square', node(0))])
    expect(outputs).toEqual([{ reference: node(3), type: TF_FLOAT }])
    expect(assigned).toEqual([{ variable: 0, reference: node(2) }])
  })

  it('defines a function once, and hands it the variables as they are where it is called', () => {
    const read: Recording = { ...step, nodes: [operation('Mul', variable(0), input(0))], assigned: [] }
    const given: Recording = { ...read, outputs: [{ reference: node(0), type: TF_FLOAT }] }
    const composer = new Composer([{ type: TF_FLOAT, shape: [2] }])
    const x = composer.input({ type: TF_FLOAT, shape: [2] })
    composer.callDefined('scaled', given, [x])
    composer.call(step, [x])
    const [last] = composer.callDefined('scaled', given, [x]) as [Made]
    const { nodes, functions } = composer.recording([last])
    const two = [
      { type: TF_FLOAT, shape: [2] },
      { type: TF_FLOAT, shape: [2] },
    ]
    const scaled = { ...given, inputs: two, nodes: [operation('Mul', input(1), input(0))] }
    expect([...functions!]).toEqual([['scaled', scaled]])
    const calls = nodes.flatMap((node) =>
      node.kind === 'operation' && node.operation === 'PartitionedCall' ? node : [],
    )
    expect(calls.map(({ inputs }) => inputs)).toEqual([
      [input(0), variable(0)],
      [input(0), node(1)],
    ])
    expect(calls[0]!.attributes).toContainEqual({ name: 'f', kind: 'function', value: 'scaled' })
  })

  it('takes rows after what they are to wait for', () => {
    const composer = new Composer()
    const x = composer.input({ type: TF_FLOAT, shape: [6, 4] })
    const [done] = composer.call(step, [x]) as [Made]
    const rows = composer.rows(x, 2, 3, 2, done)
    const { nodes } = composer.recording([rows])
    const [begin, size, slice] = nodes.slice(-3)
    const integers = (of: Node | undefined): number[] => {
      const { bytes } = (of as Extract<Node, { kind: 'constant' }>).constant
      return [...new Int32Array(new Uint8Array(bytes).buffer)]
    }
    expect(integers(begin)).toEqual([3, 0])
    expect(integers(size)).toEqual([2, -1])
    expect(slice).toMatchObject({ operation: 'Slice', after: done.reference })
  })

  it('weighs a mean only where the weights differ', () => {
    const of = (weights: number[]): string[] => {
      const composer = new Composer()
      const tensors = weights.map(() => composer.input({ type: TF_FLOAT, shape: [2] }))
      return operations(composer.recording([composer.mean(tensors, weights)]))
    }
    expect(of([4])).toEqual([])
    expect(of([2, 2])).toEqual(['AddN', 'constant', 'Mul'])
    expect(of([3, 2])).toEqual(['constant', 'Mul', 'constant', 'Mul', 'AddN'])
  })
})
