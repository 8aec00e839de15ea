/**
 * gelu(x · w) as one operation. oneDNN applies the tanh approximation of GELU to a product as it writes it; operation by
 * operation the widest tensors of a transformer block pass through memory eight times more. Only where nothing in between
 * is read by others, so not where a gradient keeps it. Made of a recording: layers/gated-gelu.ts knows nothing of it.
 */
import {
  type Attribute,
  type Constant,
  type Node,
  type Operation,
  placed,
  type Recording,
  type Reference,
  TF_FLOAT,
  withNodes,
} from './recording'

/** gelu(v) = v/2 + v/2 · tanh(v · (C + C·A·v²)), as layers/gated-gelu.ts computes it. */
const C = Math.sqrt(2 / Math.PI)
const A = 0.044715

/** What is to be put in the place of one node: gelu of a product, in the shape of it. */
interface Match {
  readonly x: Reference
  readonly w: Reference
  /** Columns of w. */
  readonly columns: number
  readonly shape: Reference
}

/** The same function with every gelu(x · w) that allows it fused. The nodes it no longer needs stay; TensorFlow prunes them. */
export function withFusedGelu(recording: Recording): Recording {
  const graph = new Graph(recording)
  const nodes: Node[] = []
  const moved: number[] = []
  const place = (reference: Reference): Reference =>
    reference.from === 'node' ? { ...reference, index: moved[reference.index]! } : reference
  recording.nodes.forEach((node, index) => {
    const match = graph.match(index)
    if (match)
      nodes.push(...fused({ ...match, x: place(match.x), w: place(match.w), shape: place(match.shape) }, nodes.length))
    else nodes.push(placed(node, place))
    moved[index] = nodes.length - 1
  })
  return withNodes(recording, nodes, place)
}

const float: Attribute = { name: 'T', kind: 'type', value: TF_FLOAT }

/** @param at index of the first of these nodes */
function fused({ x, w, columns, shape }: Match, at: number): Node[] {
  const zeros: Constant = { type: TF_FLOAT, shape: [columns], bytes: Buffer.alloc(4), uniform: true }
  const node = (index: number): Reference => ({ from: 'node', index: at + index, output: 0 })
  return [
    { kind: 'constant', constant: zeros },
    {
      kind: 'operation',
      operation: '_FusedMatMul',
      // There is no bias; oneDNN fuses GELU with one only.
      inputs: [x, w, node(0)],
      attributes: [
        float,
        { name: 'transpose_a', kind: 'bool', value: false },
        { name: 'transpose_b', kind: 'bool', value: false },
        { name: 'num_args', kind: 'integer', value: 1 },
        { name: 'fused_ops', kind: 'string', value: ['BiasAdd', 'GeluApproximate'] },
      ],
    },
    {
      kind: 'operation',
      operation: 'Reshape',
      inputs: [node(1), shape],
      attributes: [float, { name: 'Tshape', kind: 'type', value: 3 }],
    },
  ]
}

/** A recording, to be searched backwards. */
class Graph {
  readonly #recording: Recording
  /** How often each node's first output is read. */
  readonly #uses: number[]

  constructor(recording: Recording) {
    this.#recording = recording
    this.#uses = recording.nodes.map(() => 0)
    const use = (reference: Reference): void => {
      if (reference.from === 'node') this.#uses[reference.index]!++
    }
    for (const node of recording.nodes) if (node.kind === 'operation') node.inputs.forEach(use)
    for (const { reference } of [...recording.outputs, ...recording.assigned]) use(reference)
  }

  /** The product that node `index` is the GELU of; null: it is none, or a part of it is read by others. */
  match(index: number): Match | null {
    const [half, gated] = this.#inputs(index, 'Add') ?? []
    const [, t] = this.#pair(gated, 'Mul', 1, (one) => same(one, half))
    const [slope, v] = this.#pair(this.#only(t, 'Tanh', 1)?.[0], 'Mul', 1, (one) => this.#isSum(one))
    if (!half || !v || !slope) return null
    const isHalf = this.#isScaled(half, 0.5, 2, (one) => same(one, v))
    const [inner] = this.#pair(slope, 'Add', 1, (one) => this.#isConstant(one, C)).slice(1)
    const isCubic = this.#isScaled(inner, C * A, 1, (one) => {
      const [squared] = this.#only(one, 'Square', 1) ?? []
      return same(squared, v)
    })
    return isHalf && isCubic ? this.#product(v) : null
  }

  #isSum(reference: Reference): boolean {
    return this.#pair(reference, 'Add', 1, (one) => this.#isConstant(one, C)).length > 0
  }

  #product(v: Reference): Match | null {
    const [product, shape] = this.#only(v, 'Reshape', 3) ?? []
    const [x, w] = this.#only(product, 'BatchMatMulV2', 1) ?? []
    const columns = w && this.#columns(w)
    const transposed = product && this.#operation(product)!.attributes.some(({ value }) => value === true)
    return x && w && shape && columns && !transposed ? { x, w, columns, shape } : null
  }

  /** Of a matrix that was reshaped to a constant shape [rows, columns]. */
  #columns(w: Reference): number | null {
    const shape = this.#operation(w)?.operation === 'Reshape' ? this.#operation(w)!.inputs[1]! : null
    const constant = shape && this.#constant(shape)
    return constant && constant.shape.join() === '2' && !constant.uniform ? constant.bytes.readInt32LE(4) : null
  }

  /** Whether it is a number times what `of` accepts, read so many times. */
  #isScaled(reference: Reference | undefined, by: number, uses: number, of: (one: Reference) => boolean): boolean {
    const [, other] = this.#pair(reference, 'Mul', uses, (one) => this.#isConstant(one, by))
    return other !== undefined && of(other)
  }

  /** Inputs of an operation of two, the one that `first` accepts before the other; none if it is another operation. */
  #pair(reference: Reference | undefined, operation: string, uses: number, first: (one: Reference) => boolean) {
    const [a, b] = this.#only(reference, operation, uses) ?? []
    if (!a || !b) return []
    return first(a) ? [a, b] : first(b) ? [b, a] : []
  }

  /** Inputs of an operation that is read so many times. */
  #only(reference: Reference | undefined, operation: string, uses: number): readonly Reference[] | null {
    if (reference?.from !== 'node' || this.#uses[reference.index] !== uses) return null
    return this.#inputs(reference.index, operation)
  }

  #inputs(index: number, operation: string): readonly Reference[] | null {
    const node = this.#recording.nodes[index]!
    return node.kind === 'operation' && node.operation === operation ? node.inputs : null
  }

  #operation(reference: Reference): Operation | null {
    const node = reference.from === 'node' ? this.#recording.nodes[reference.index]! : null
    return node?.kind === 'operation' ? node : null
  }

  #constant(reference: Reference): Constant | null {
    const node = reference.from === 'node' ? this.#recording.nodes[reference.index]! : null
    return node?.kind === 'constant' ? node.constant : null
  }

  #isConstant(reference: Reference, value: number): boolean {
    const constant = this.#constant(reference)
    return (
      constant?.type === TF_FLOAT && constant.bytes.length === 4 && constant.bytes.readFloatLE() === Math.fround(value)
    )
  }
}

const same = (a: Reference | undefined, b: Reference | undefined): boolean =>
  a?.from === 'node' && b?.from === 'node' && a.index === b.index && a.output === b.output
