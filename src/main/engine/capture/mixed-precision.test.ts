import { describe, expect, it } from 'vitest'
import { withBfloat16Products } from './mixed-precision'
import type { Node, Recording, Reference } from './recording'

const FLOAT = 1
const BFLOAT16 = 14

const operation = (name: string, inputs: Reference[], type = FLOAT): Node => ({
  kind: 'operation',
  operation: name,
  inputs,
  attributes: [{ name: 'T', kind: 'type', value: type }],
})
const input = (index: number): Reference => ({ from: 'input', index })
const node = (index: number): Reference => ({ from: 'node', index, output: 0 })
const recordingOf = (nodes: Node[], output: Reference): Recording => ({
  inputs: [],
  nodes,
  outputs: [{ reference: output, type: FLOAT }],
  assigned: [{ variable: 0, reference: output }],
})

/** Operations in order, each with the type that it computes in. */
const told = ({ nodes }: Recording): string[] =>
  nodes.map((one) => {
    if (one.kind === 'constant') return 'constant'
    const type = one.attributes.find(({ name }) => name === 'T' || name === 'DstT')!.value
    return `${one.operation} ${type === BFLOAT16 ? 'bfloat16' : 'float32'}`
  })

describe('withBfloat16Products', () => {
  it('lowers a product and nothing else, and hands float32 on', () => {
    const lowered = withBfloat16Products(
      recordingOf([operation('MatMul', [input(0), input(1)]), operation('Tanh', [node(0)])], node(1)),
    )
    expect(told(lowered)).toEqual(['Cast bfloat16', 'Cast bfloat16', 'MatMul bfloat16', 'Cast float32', 'Tanh float32'])
    expect(lowered.nodes[2]).toMatchObject({ inputs: [node(0), node(1)] })
    expect(lowered.nodes[4]).toMatchObject({ inputs: [node(3)] })
    expect(lowered.outputs).toEqual([{ reference: node(4), type: FLOAT }])
    expect(lowered.assigned).toEqual([{ variable: 0, reference: node(4) }])
  })

  it('narrows what several products read once', () => {
    const lowered = withBfloat16Products(
      recordingOf(
        [operation('MatMul', [input(0), input(1)]), operation('BatchMatMulV2', [input(0), input(0)])],
        node(1),
      ),
    )
    expect(told(lowered).filter((name) => name === 'Cast bfloat16')).toHaveLength(2)
  })

  it('leaves the sides of a convolution’s gradients alone, and products of other types', () => {
    const lowered = withBfloat16Products(
      recordingOf(
        [
          operation('Conv2DBackpropFilter', [input(0), input(1), input(2)]),
          operation('MatMul', [input(3), input(4)], 3),
        ],
        node(1),
      ),
    )
    const [gradient, product] = lowered.nodes.filter((one) => one.kind === 'operation' && one.operation !== 'Cast')
    expect(gradient).toMatchObject({ inputs: [node(0), input(1), node(1)] })
    expect(product).toMatchObject({ inputs: [input(3), input(4)], attributes: [{ value: 3 }] })
  })

  it('stays narrow between products where nothing more is rounded', () => {
    const lowered = withBfloat16Products(
      recordingOf(
        [
          operation('MatMul', [input(0), input(1)]),
          operation('Transpose', [node(0), input(2)]),
          operation('MatMul', [node(1), input(3)]),
        ],
        node(2),
      ),
    )
    expect(told(lowered)).toEqual([
      'Cast bfloat16',
      'Cast bfloat16',
      'MatMul bfloat16',
      'Transpose bfloat16',
      'Cast bfloat16',
      'MatMul bfloat16',
      'Cast float32',
    ])
  })

  it('does not round what was float32: a copy of it that a product reads is another tensor', () => {
    const lowered = withBfloat16Products(
      recordingOf([operation('MatMul', [input(0), input(1)]), operation('Transpose', [input(0), input(2)])], node(1)),
    )
    expect(told(lowered).at(-1)).toBe('Transpose float32')
    expect(lowered.nodes.at(-1)).toMatchObject({ inputs: [input(0), input(2)] })
  })
})
