/**
 * Mixed precision (Micikevicius et al. 2018; with bfloat16: Kalamkar et al. 2019): matrix products and convolutions read and
 * give bfloat16, which has float32's range and 8 of its 24 bits; sums inside them, all else, weights, moments and updates
 * stay float32. What lies between two products and only moves, selects or scales numbers stays bfloat16 as well: it would
 * be rounded to it anyway, and half the bytes pass through memory. Made of a recording, so that models know nothing of it.
 */
import {
  afterOf,
  type Attribute,
  type DataType,
  type Node,
  type Operation,
  type Recording,
  type Reference,
  TF_FLOAT,
  withNodes,
} from './recording'

const TF_BFLOAT16: DataType = 14

/** How an operation is run in bfloat16: which of its inputs and outputs have the type T. */
interface Narrowed {
  readonly inputs: readonly number[]
  /** Only where this input was made in bfloat16, so that nothing more is rounded; null: always. */
  readonly when: number | null
}

const FIRST: Narrowed = { inputs: [0], when: 0 }

/** All have T for their first output, and float32 for the others. */
const NARROWED: Readonly<Record<string, Narrowed>> = {
  MatMul: { inputs: [0, 1], when: null },
  BatchMatMulV2: { inputs: [0, 1], when: null },
  _FusedMatMul: { inputs: [0, 1, 2], when: null },
  Conv2D: { inputs: [0, 1], when: null },
  Conv2DBackpropInput: { inputs: [1, 2], when: null }, // after the input's sides
  Conv2DBackpropFilter: { inputs: [0, 2], when: null }, // around the filter's sides
  Reshape: FIRST,
  Transpose: FIRST,
  Relu: FIRST,
  ReluGrad: { inputs: [0, 1], when: 1 },
  MaxPool: FIRST,
  MaxPoolGrad: { inputs: [0, 1, 2], when: 0 },
  // Statistics and sums in them are float32 (their type U).
  FusedBatchNormV3: FIRST,
  FusedBatchNormGradV3: { inputs: [0, 1], when: 1 },
}

/** The same function with its products in bfloat16. Tensors between functions, inputs and outputs stay float32. */
export function withBfloat16Products(recording: Recording): Recording {
  const lowering = new Lowering()
  recording.nodes.forEach((node, index) => lowering.add(node, index))
  return withNodes(recording, lowering.nodes, (reference) => lowering.wide(reference))
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

const isFloat = ({ attributes }: Operation): boolean =>
  attributes.some(({ name, value }) => name === 'T' && value === TF_FLOAT)

const lowered = (attribute: Attribute): Attribute =>
  attribute.name === 'T' ? { ...attribute, value: TF_BFLOAT16 } : attribute

/** Where a tensor of the old recording is in the new one, in each type that was asked for. */
interface Place {
  /** Made in bfloat16: what is float32 of it was widened. */
  readonly madeNarrow: boolean
  wide: Reference | null
  narrow: Reference | null
}

class Lowering {
  readonly nodes: Node[] = []
  /** By the old reference. */
  readonly #places = new Map<string, Place>()
  /** Where each old node stands now. */
  readonly #moved: number[] = []

  add(node: Node, index: number): void {
    if (node.kind === 'constant') {
      this.#moved[index] = this.#push(node)
      return
    }
    const rule = this.#ruleFor(node)
    if (!rule) {
      const inputs = node.inputs.map((input) => this.wide(input))
      this.#moved[index] = this.#push({ ...node, inputs, ...afterOf(node, (after) => this.#any(after)) })
      return
    }
    const inputs = node.inputs.map((input, i) => (rule.inputs.includes(i) ? this.narrow(input) : this.wide(input)))
    const moved = this.#push({ ...node, inputs, attributes: node.attributes.map(lowered) })
    this.#moved[index] = moved
    const first: Reference = { from: 'node', index, output: 0 }
    this.#places.set(keyOf(first), {
      madeNarrow: true,
      wide: null,
      narrow: { from: 'node', index: moved, output: 0 },
    })
  }

  /** How an operation is to be run in bfloat16; null: as it was. */
  #ruleFor(node: Operation): Narrowed | null {
    const rule = NARROWED[node.operation]
    if (!rule || !isFloat(node)) return null
    return rule.when === null || this.#place(node.inputs[rule.when]!).madeNarrow ? rule : null
  }

  /** The tensor as float32, or whatever other type it is. */
  wide(old: Reference): Reference {
    const place = this.#place(old)
    place.wide ??= this.#cast(place.narrow!, TF_BFLOAT16, TF_FLOAT)
    return place.wide
  }

  narrow(old: Reference): Reference {
    const place = this.#place(old)
    place.narrow ??= this.#cast(place.wide!, TF_FLOAT, TF_BFLOAT16)
    return place.narrow
  }

  /** The tensor in whatever type it is there. */
  #any(old: Reference): Reference {
    const place = this.#place(old)
    return (place.narrow ?? place.wide)!
  }

  #place(old: Reference): Place {
    const known = this.#places.get(keyOf(old))
    if (known) return known
    const wide = old.from === 'node' ? { ...old, index: this.#moved[old.index]! } : old
    const place: Place = { madeNarrow: false, wide, narrow: null }
    this.#places.set(keyOf(old), place)
    return place
  }

  #cast(input: Reference, from: DataType, to: DataType): Reference {
    return { from: 'node', index: this.#push(cast(input, from, to)), output: 0 }
  }

  #push(node: Node): number {
    return this.nodes.push(node) - 1
  }
}

const keyOf = (reference: Reference): string =>
  reference.from === 'node' ? `node ${reference.index} ${reference.output}` : `${reference.from} ${reference.index}`
