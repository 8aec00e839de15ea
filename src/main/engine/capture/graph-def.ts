/**
 * Recordings as a TensorFlow graph (tensorflow/core/framework/graph.proto) inside a SavedModel without signatures
 * (core/protobuf/saved_model.proto), which is what the binding can load.
 */
import { functionMessage } from './function-def'
import { type Attributes, type NodeDef, nodeDefOf, nodeMessage, typed, value } from './node-def'
import { bytesField, integerField } from './protobuf'
import {
  type DataType,
  type Node,
  type Recording,
  type Reference,
  type TensorSpecification,
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
    const made = nodeDefOf(node, `${this.#name}/${index}`, (reference) => this.#tensor(reference))
    return { ...made, attributes: [...made.attributes, ...this.#cluster] }
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
  const graph = [...variableNodes(variables), ...nodes].map((node) => bytesField(1, nodeMessage(node)))
  const defined = new Map(functions.flatMap(({ recording }) => [...(recording.functions ?? [])]))
  const library = [...defined].map(([name, recording]) => bytesField(1, functionMessage(name, recording)))
  const versions = bytesField(4, integerField(1, PRODUCER))
  const graphDef = Buffer.concat([...graph, bytesField(2, Buffer.concat(library)), versions])
  const metaGraph = Buffer.concat([bytesField(1, bytesField(4, 'serve')), bytesField(2, graphDef)])
  return Buffer.concat([integerField(1, 1), bytesField(2, metaGraph)])
}
