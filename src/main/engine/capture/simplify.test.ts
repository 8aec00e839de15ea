import { expect, it } from 'vitest'
import { type Node, type Recording, type Reference, TF_FLOAT } from './recording'
import { simplified } from './simplify'

const input: Reference = { from: 'input', index: 0 }
const node = (index: number): Reference => ({ from: 'node', index, output: 0 })
const operation = (name: string, inputs: Reference[], after?: Reference): Node => ({
  kind: 'operation',
  operation: name,
  inputs,
  attributes: [],
  ...(after ? { after } : {}),
})
const constant = (value: number): Node => {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return { kind: 'constant', constant: { type: TF_FLOAT, shape: [], bytes, uniform: false } }
}

it('computes nothing twice and nothing in vain', () => {
  const recording: Recording = {
    inputs: [{ type: TF_FLOAT, shape: [2] }],
    nodes: [
      constant(2),
      operation('Mul', [input, node(0)]),
      constant(2),
      operation('Mul', [input, node(2)]), // once more
      operation('Exp', [node(3)]), // for nothing
      constant(3),
      operation('Sub', [node(1), node(3)], node(5)),
    ],
    outputs: [{ reference: node(6), type: TF_FLOAT }],
    assigned: [{ variable: 0, reference: node(3) }],
  }
  const { nodes, outputs, assigned } = simplified(recording)
  expect(nodes).toEqual([
    constant(2),
    operation('Mul', [input, node(0)]),
    constant(3),
    operation('Sub', [node(1), node(1)], node(2)),
  ])
  expect(outputs).toEqual([{ reference: node(3), type: TF_FLOAT }])
  expect(assigned).toEqual([{ variable: 0, reference: node(1) }])
})

it('keeps apart what waits for another, and constants of another shape', () => {
  const first = constant(2) as Extract<Node, { kind: 'constant' }>
  const nodes: Node[] = [
    first,
    { kind: 'constant', constant: { ...first.constant, shape: [1] } },
    operation('Exp', [input]),
    operation('Exp', [input], node(2)),
  ]
  const outputs = nodes.map((_, index) => ({ reference: node(index), type: TF_FLOAT }))
  expect(simplified({ inputs: [], nodes, outputs, assigned: [] }).nodes).toEqual(nodes)
})
