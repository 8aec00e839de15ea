/**
 * Recordings as a TensorFlow graph (tensorflow/core/framework/graph.proto, node_def.proto, attr_value.proto, tensor.proto)
 * inside a SavedModel without signatures (core/protobuf/saved_model.proto), which is what the binding can load.
 */
import { bytesField, floatField, integerField, varint } from './protobuf'
import {
  type Attribute,
  type Constant,
  type DataType,
  type Node,
  type Recording,
  type Reference,
  type TensorSpecification,
  TF_FLOAT,
  TF_INT32,
} from './recording'

/** GraphDef version that TensorFlow 2 reads and writes. */
const PRODUCER = 1000

/** A recording under the name its calls give. */
export interface NamedRecording {
  readonly name: string
  readonly recording: Recording
  /** Compiled as a whole by XLA. The id must be unique in the process: TensorFlow aborts on a second one. */
  readonly xla: string | null
}

/** Names by which a session is fed and asked. */
export const names = {
  /** A variable is set from its feed by fetching this. */
  setVariable: (index: number): string => `done${index}:0`,
  feedVariable: (index: number): string => `feed${index}:0`,
  readVariable: (index: number): string => `read${index}:0`,
  input: (name: string, index: number): string => `${name}/input${index}:0`,
  output: (name: string, index: number): string => `${name}/output${index}:0`,
}

type Attributes = readonly (readonly [name: string, value: Buffer])[]
interface NodeDef {
  readonly name: string
  readonly op: string
  readonly inputs: readonly string[]
  readonly attributes: Attributes
}

const shapeMessage = (shape: readonly number[]): Buffer =>
  Buffer.concat(shape.map((side) => bytesField(2, integerField(1, side))))

function tensorMessage({ type, shape, bytes, uniform }: Constant): Buffer {
  const head = [integerField(1, type), bytesField(2, shapeMessage(shape))]
  if (!uniform) return Buffer.concat([...head, bytesField(4, bytes)])
  // A single value in the typed field stands for all.
  if (type === TF_FLOAT) return Buffer.concat([...head, bytesField(5, bytes)])
  if (type === TF_INT32) return Buffer.concat([...head, bytesField(7, varint(bytes.readInt32LE()))])
  return Buffer.concat([...head, bytesField(11, bytes)])
}

const value = {
  string: (text: string): Buffer => bytesField(2, text),
  integer: (n: number): Buffer => integerField(3, n),
  float: (x: number): Buffer => floatField(4, x),
  bool: (yes: boolean): Buffer => integerField(5, yes ? 1 : 0),
  type: (type: DataType): Buffer => integerField(6, type),
  shape: (shape: readonly number[]): Buffer => bytesField(7, shapeMessage(shape)),
  tensor: (constant: Constant): Buffer => bytesField(8, tensorMessage(constant)),
  list: (list: Buffer): Buffer => bytesField(1, list),
}

function listMessage(kind: Attribute['kind'], items: readonly (number | boolean)[]): Buffer {
  const packed = (field: number, encode: (item: number) => Buffer): Buffer =>
    bytesField(field, Buffer.concat(items.map((item) => encode(Number(item)))))
  const float = (item: number): Buffer => {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(item)
    return bytes
  }
  if (kind === 'float') return packed(4, float)
  return packed({ integer: 3, bool: 5, type: 6 }[kind as 'integer' | 'bool' | 'type'], varint)
}

function attributeValue({ kind, value: given }: Attribute): Buffer {
  if (kind === 'shape') return value.shape(given as number[])
  if (kind === 'string' && Array.isArray(given))
    return value.list(Buffer.concat((given as string[]).map((text) => bytesField(2, text))))
  if (Array.isArray(given)) return value.list(listMessage(kind, given as number[]))
  return (value[kind] as (given: Attribute['value']) => Buffer)(given)
}

const nodeMessage = ({ name, op, inputs, attributes }: NodeDef): Buffer =>
  bytesField(
    1,
    Buffer.concat([
      bytesField(1, name),
      bytesField(2, op),
      ...inputs.map((input) => bytesField(3, input)),
      ...attributes.map(([key, message]) => bytesField(5, Buffer.concat([bytesField(1, key), bytesField(2, message)]))),
    ]),
  )

const typed = (key: string, type: DataType): readonly [string, Buffer] => [key, value.type(type)]

/** Holds each variable in the session, and lets it be set and read from outside. */
function variableNodes(variables: readonly TensorSpecification[]): NodeDef[] {
  const one = value.tensor({ type: TF_INT32, shape: [], bytes: Buffer.from([1, 0, 0, 0]), uniform: false })
  return variables.flatMap(({ type, shape }, i): NodeDef[] => {
    const both: Attributes = [typed('dtype', type), ['shape', value.shape(shape)]]
    const dtype: Attributes = [typed('dtype', type)]
    const handle: Attributes = [...both, ['shared_name', value.string(`variable${i}`)], ['container', value.string('')]]
    return [
      { name: `variable${i}`, op: 'VarHandleOp', inputs: [], attributes: handle },
      { name: `feed${i}`, op: 'Placeholder', inputs: [], attributes: both },
      { name: `set${i}`, op: 'AssignVariableOp', inputs: [`variable${i}`, `feed${i}`], attributes: dtype },
      { name: `one${i}`, op: 'Const', inputs: [], attributes: [typed('dtype', TF_INT32), ['value', one]] },
      { name: `done${i}`, op: 'Identity', inputs: [`one${i}`, `^set${i}`], attributes: [typed('T', TF_INT32)] },
      { name: `read${i}`, op: 'ReadVariableOp', inputs: [`variable${i}`], attributes: dtype },
    ]
  })
}

/** The nodes of one recording; every one of them lies below its name. */
class FunctionNodes {
  readonly #name: string
  readonly #recording: Recording
  readonly #variables: readonly TensorSpecification[]
  readonly #xla: string | null
  /** Variables read, in order of first use. */
  readonly #read = new Set<number>()

  constructor({ name, recording, xla }: NamedRecording, variables: readonly TensorSpecification[]) {
    this.#name = name
    this.#recording = recording
    this.#variables = variables
    this.#xla = xla
  }

  all(): NodeDef[] {
    const { inputs, nodes, outputs, assigned } = this.#recording
    const placeholders = inputs.map(({ type, shape }, i): NodeDef => {
      const attributes: Attributes = [typed('dtype', type), ['shape', value.shape(shape)]]
      return { name: `${this.#name}/input${i}`, op: 'Placeholder', inputs: [], attributes }
    })
    const body = nodes.map((node, i) => this.#node(node, i))
    const assigns = assigned.flatMap(({ variable, reference }) => this.#assign(variable, reference))
    const done = assigned.map(({ variable }) => `^${this.#name}/assign${variable}`)
    const results = outputs.flatMap(({ reference, type }, i) => this.#output(reference, type, i))
    const reads = [...this.#read].map((i): NodeDef => {
      const attributes: Attributes = [typed('dtype', this.#variables[i]!.type)]
      return { name: `${this.#name}/read${i}`, op: 'ReadVariableOp', inputs: [`variable${i}`], attributes }
    })
    const end: NodeDef = { name: `${this.#name}/done`, op: 'NoOp', inputs: done, attributes: [] }
    return [...placeholders, ...reads, ...body, ...assigns, end, ...results]
  }

  /** What makes a node part of the cluster that XLA compiles. */
  get #cluster(): Attributes {
    return this.#xla === null ? [] : [['_xla_compile_id', value.string(this.#xla)]]
  }

  #node(node: Node, index: number): NodeDef {
    const name = `${this.#name}/${index}`
    if (node.kind === 'constant') {
      const attributes: Attributes = [typed('dtype', node.constant.type), ['value', value.tensor(node.constant)]]
      return { name, op: 'Const', inputs: [], attributes: [...attributes, ...this.#cluster] }
    }
    const after = node.after ? [`^${this.#tensor(node.after).replace(/:\d+$/, '')}`] : []
    const inputs = [...node.inputs.map((reference) => this.#tensor(reference)), ...after]
    const attributes = node.attributes.map((attribute) => [attribute.name, attributeValue(attribute)] as const)
    return { name, op: node.operation, inputs, attributes: [...attributes, ...this.#cluster] }
  }

  #tensor(reference: Reference): string {
    if (reference.from === 'input') return `${this.#name}/input${reference.index}`
    if (reference.from === 'variable') {
      this.#read.add(reference.index)
      return `${this.#name}/read${reference.index}`
    }
    const name = `${this.#name}/${reference.index}`
    return reference.output === 0 ? name : `${name}:${reference.output}`
  }

  /** What leaves an XLA cluster passes through a node that says so. */
  #leaving(reference: Reference, type: DataType, name: string): [string, NodeDef[]] {
    const tensor = this.#tensor(reference)
    if (this.#xla === null || reference.from !== 'node') return [tensor, []]
    return [name, [{ name, op: 'XlaClusterOutput', inputs: [tensor], attributes: [typed('T', type)] }]]
  }

  #assign(variable: number, reference: Reference): NodeDef[] {
    const { type } = this.#variables[variable]!
    const [tensor, leaving] = this.#leaving(reference, type, `${this.#name}/new${variable}`)
    // Set only after the function has read it.
    const after = this.#read.has(variable) ? [`^${this.#name}/read${variable}`] : []
    const inputs = [`variable${variable}`, tensor, ...after]
    const name = `${this.#name}/assign${variable}`
    return [...leaving, { name, op: 'AssignVariableOp', inputs, attributes: [typed('dtype', type)] }]
  }

  #output(reference: Reference, type: DataType, index: number): NodeDef[] {
    const [tensor, leaving] = this.#leaving(reference, type, `${this.#name}/result${index}`)
    const inputs = [tensor, `^${this.#name}/done`]
    return [
      ...leaving,
      { name: `${this.#name}/output${index}`, op: 'Identity', inputs, attributes: [typed('T', type)] },
    ]
  }
}

/** A SavedModel (tag "serve") with all functions over the same variables. */
export function savedModel(variables: readonly TensorSpecification[], functions: readonly NamedRecording[]): Buffer {
  const nodes = functions.flatMap((named) => new FunctionNodes(named, variables).all())
  const graph = [...variableNodes(variables), ...nodes].map(nodeMessage)
  const graphDef = Buffer.concat([...graph, bytesField(4, integerField(1, PRODUCER))])
  const metaGraph = Buffer.concat([bytesField(1, bytesField(4, 'serve')), bytesField(2, graphDef)])
  return Buffer.concat([integerField(1, 1), bytesField(2, metaGraph)])
}
