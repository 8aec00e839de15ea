import { describe, expect, it } from 'vitest'
import { withFusedGelu } from './fused-gelu'
import type { Constant, Node, Recording, Reference } from './recording'

const input = (index: number): Reference => ({ from: 'input', index })

/** Notes operations as a recorder does. */
class Notes {
  readonly nodes: Node[] = []

  run(operation: string, ...inputs: Reference[]): Reference {
    this.nodes.push({ kind: 'operation', operation, inputs, attributes: [{ name: 'T', kind: 'type', value: 1 }] })
    return { from: 'node', index: this.nodes.length - 1, output: 0 }
  }

  #constant(constant: Constant): Reference {
    this.nodes.push({ kind: 'constant', constant })
    return { from: 'node', index: this.nodes.length - 1, output: 0 }
  }

  number(value: number): Reference {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(value)
    return this.#constant({ type: 1, shape: [], bytes, uniform: false })
  }

  sides(...sides: number[]): Reference {
    const bytes = Buffer.from(Int32Array.from(sides).buffer)
    return this.#constant({ type: 3, shape: [sides.length], bytes, uniform: false })
  }

  recording(output: Reference): Recording {
    return { inputs: [], nodes: this.nodes, outputs: [{ reference: output, type: 1 }], assigned: [] }
  }
}

const C = Math.sqrt(2 / Math.PI)

/** gelu(x · w) as layers/gated-gelu.ts has it; w is made [8, 32]. */
function gelu(notes: Notes, scale = C): { result: Reference; tanh: Reference } {
  const w = notes.run('Reshape', input(1), notes.sides(8, 32))
  const v = notes.run('Reshape', notes.run('BatchMatMulV2', input(0), w), notes.sides(2, 3, 32))
  const cubic = notes.run('Mul', notes.number(scale * 0.044715), notes.run('Square', v))
  const tanh = notes.run('Tanh', notes.run('Mul', v, notes.run('Add', notes.number(scale), cubic)))
  const half = notes.run('Mul', notes.number(0.5), v)
  return { result: notes.run('Add', half, notes.run('Mul', half, tanh)), tanh }
}

const fusions = ({ nodes }: Recording): Node[] =>
  nodes.filter((node) => node.kind === 'operation' && node.operation === '_FusedMatMul')

describe('withFusedGelu', () => {
  it('puts one operation in the place of a product and its GELU, in the same shape', () => {
    const notes = new Notes()
    const { result } = gelu(notes)
    const fused = withFusedGelu(notes.recording(notes.run('Mul', input(2), result)))
    const [product] = fusions(fused)
    expect(product).toMatchObject({ inputs: [input(0), { from: 'node' }, { from: 'node' }] })
    const at = fused.nodes.indexOf(product!)
    expect(fused.nodes[at - 1]).toMatchObject({ constant: { shape: [32], uniform: true } })
    expect(fused.nodes[at + 1]).toMatchObject({ operation: 'Reshape', inputs: [{ index: at }, { from: 'node' }] })
    expect(fused.nodes.at(-1)).toMatchObject({ operation: 'Mul', inputs: [input(2), { index: at + 1 }] })
    expect(fused.outputs).toMatchObject([{ reference: { index: fused.nodes.length - 1 } }])
  })

  it('leaves it where a gradient reads what is in between', () => {
    const notes = new Notes()
    const { result, tanh } = gelu(notes)
    expect(fusions(withFusedGelu(notes.recording(notes.run('Mul', tanh, result))))).toEqual([])
  })

  it('leaves what only looks like it', () => {
    const notes = new Notes()
    const other = notes.recording(gelu(notes, 0.8).result)
    expect(withFusedGelu(other)).toEqual(other)
  })
})
