/**
 * What a recorded function is: TensorFlow operations, each reading what earlier ones gave. Kept as data, apart from
 * TensorFlow's graph format (graph-def.ts), so that recordings can be compared and brought to another batch size.
 */

/** TensorFlow's number for the type of a tensor's elements (tensorflow/core/framework/types.proto). */
export type DataType = number
export const TF_FLOAT: DataType = 1
export const TF_INT32: DataType = 3

/** Where an operation's input comes from. */
export type Reference =
  | { readonly from: 'node'; readonly index: number; readonly output: number }
  | { readonly from: 'input'; readonly index: number }
  | { readonly from: 'variable'; readonly index: number }

/** A tensor that never changes. A uniform one holds its single value only: gradients of means are full of them. */
export interface Constant {
  readonly type: DataType
  readonly shape: readonly number[]
  /** Elements in little endian; a single one when `uniform`. */
  readonly bytes: Buffer
  readonly uniform: boolean
}

export type AttributeKind = 'string' | 'integer' | 'float' | 'bool' | 'type' | 'shape' | 'function' | 'bytes'
export interface Attribute {
  readonly name: string
  readonly kind: AttributeKind
  /** One value, or several for a list attribute; a shape is always the list of its sides. */
  readonly value: string | number | boolean | readonly (number | boolean)[] | readonly string[] | Uint8Array
}

export type Node =
  | { readonly kind: 'constant'; readonly constant: Constant }
  | {
      readonly kind: 'operation'
      readonly operation: string
      readonly inputs: readonly Reference[]
      readonly attributes: readonly Attribute[]
      /** Computed before, though nothing of it is read. */
      readonly after?: Reference
    }

export type Operation = Extract<Node, { kind: 'operation' }>

/** What an operation waits for, in its new place. */
export const afterOf = ({ after }: Operation, place: (reference: Reference) => Reference): Pick<Operation, 'after'> =>
  after ? { after: place(after) } : {}

export interface TensorSpecification {
  readonly type: DataType
  readonly shape: readonly number[]
}

/** A function over inputs and variables, as the operations it ran. */
export interface Recording {
  readonly inputs: readonly TensorSpecification[]
  readonly nodes: readonly Node[]
  readonly outputs: readonly { readonly reference: Reference; readonly type: DataType }[]
  /** What each variable that changed was set to. */
  readonly assigned: readonly { readonly variable: number; readonly reference: Reference }[]
  /** What its operations PartitionedCall call, by name. */
  readonly functions?: ReadonlyMap<string, Recording>
}

/** A recording, and the functions it calls, each changed. */
export function changed(recording: Recording, change: (recording: Recording) => Recording): Recording {
  const made = change(recording)
  if (!made.functions) return made
  return { ...made, functions: new Map([...made.functions].map(([name, one]) => [name, change(one)])) }
}

/** Whether two recordings are the same, and if not, the first thing in which they differ. */
export function firstDifference(a: Recording, b: Recording): string | null {
  if (a.nodes.length !== b.nodes.length) return `${a.nodes.length} and ${b.nodes.length} operations`
  const index = a.nodes.findIndex((node, i) => !sameNode(node, b.nodes[i]!))
  if (index >= 0) {
    const node = a.nodes[index]!
    return `operation ${index}, ${node.kind === 'constant' ? 'a constant' : node.operation}`
  }
  const rest = ({ inputs, outputs, assigned }: Recording): string => JSON.stringify({ inputs, outputs, assigned })
  return rest(a) === rest(b) ? null : 'inputs, outputs or assigned variables'
}

function sameNode(a: Node, b: Node): boolean {
  if (a.kind === 'operation' || b.kind === 'operation') return JSON.stringify(a) === JSON.stringify(b)
  const [one, other] = [spreadOut(a.constant), spreadOut(b.constant)]
  return one.type === other.type && one.shape.join() === other.shape.join() && one.bytes.equals(other.bytes)
}

/** With every element written out. */
export function spreadOut(constant: Constant): Constant {
  if (!constant.uniform) return constant
  const elements = constant.shape.reduce((product, side) => product * side, 1)
  return { ...constant, uniform: false, bytes: Buffer.concat(Array<Buffer>(elements).fill(constant.bytes)) }
}

/** A node whose inputs lie elsewhere. */
export const placed = (node: Node, place: (reference: Reference) => Reference): Node =>
  node.kind === 'constant' ? node : { ...node, inputs: node.inputs.map(place), ...afterOf(node, place) }

/** A recording with other nodes; what it gives and assigns lies elsewhere. */
export const withNodes = (
  recording: Recording,
  nodes: readonly Node[],
  place: (reference: Reference) => Reference,
): Recording => ({
  ...recording,
  nodes,
  outputs: recording.outputs.map((output) => ({ ...output, reference: place(output.reference) })),
  assigned: recording.assigned.map((one) => ({ ...one, reference: place(one.reference) })),
})
