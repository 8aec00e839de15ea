/**
 * Mixed precision (Micikevicius et al. 2018; with bfloat16: Kalamkar et al. 2019): matrix products and convolutions read and
 * give bfloat16, which has float32's range and 8 of its 24 bits; sums inside them, all else, weights, moments and updates
 * stay float32. Made of a recording, so that models know nothing of it.
 */
import type { Attribute, DataType, Node, Recording, Reference } from './recording'
import { TF_FLOAT } from './recording'

const TF_BFLOAT16: DataType = 14

/** Operations that have a bfloat16 form worth taking, and which of their inputs are the numbers. */
const LOWERED: Readonly<Record<string, readonly number[]>> = {
  MatMul: [0, 1],
  BatchMatMulV2: [0, 1],
  Conv2D: [0, 1],
  Conv2DBackpropInput: [1, 2], // after the input's sides
  Conv2DBackpropFilter: [0, 2], // around the filter's sides
}

/** The same function with its products in bfloat16. Tensors between functions, inputs and outputs stay float32. */
export function withBfloat16Products(recording: Recording): Recording {
  const lowering = new Lowering()
  recording.nodes.forEach((node, index) => lowering.add(node, index))
  const moved = (reference: Reference): Reference => lowering.moved(reference)
  return {
    ...recording,
    nodes: lowering.nodes,
    outputs: recording.outputs.map((output) => ({ ...output, reference: moved(output.reference) })),
    assigned: recording.assigned.map((assignment) => ({ ...assignment, reference: moved(assignment.reference) })),
  }
}

const cast = (input: Reference, from: DataType, to: DataType): Node => ({
  kind: 'operation',
  operation: 'Cast',
  inputs: [input],
  attributes: [
    { name: 'SrcT', kind: 'type', value: from },
    { name: 'DstT', kind: 'type', value: to },
    { name: 'Truncate', kind: 'bool', value: false },
  ],
})

const isFloat = ({ attributes }: Extract<Node, { kind: 'operation' }>): boolean =>
  attributes.some(({ name, value }) => name === 'T' && value === TF_FLOAT)

class Lowering {
  readonly nodes: Node[] = []
  /** Where each node of the recording stands now. */
  readonly #places: number[] = []
  /** Casts to bfloat16 that are there already, by what they read. */
  readonly #casts = new Map<string, Reference>()

  add(node: Node, index: number): void {
    if (node.kind === 'constant') {
      this.#places[index] = this.#push(node)
      return
    }
    const inputs = node.inputs.map((input) => this.moved(input))
    const lowered = LOWERED[node.operation]
    if (!lowered || !isFloat(node)) {
      this.#places[index] = this.#push({ ...node, inputs })
      return
    }
    const attributes = node.attributes.map((attribute): Attribute =>
      attribute.name === 'T' ? { ...attribute, value: TF_BFLOAT16 } : attribute,
    )
    const narrow = inputs.map((input, i) => (lowered.includes(i) ? this.#narrow(input) : input))
    const product = this.#push({ ...node, inputs: narrow, attributes })
    this.#places[index] = this.#push(cast({ from: 'node', index: product, output: 0 }, TF_BFLOAT16, TF_FLOAT))
  }

  moved(reference: Reference): Reference {
    return reference.from === 'node' ? { ...reference, index: this.#places[reference.index]! } : reference
  }

  #narrow(input: Reference): Reference {
    const key = JSON.stringify(input)
    const known = this.#casts.get(key)
    if (known) return known
    const made: Reference = { from: 'node', index: this.#push(cast(input, TF_FLOAT, TF_BFLOAT16)), output: 0 }
    this.#casts.set(key, made)
    return made
  }

  #push(node: Node): number {
    return this.nodes.push(node) - 1
  }
}
