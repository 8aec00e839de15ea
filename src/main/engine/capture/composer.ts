/**
 * Puts recordings together to one function, as data: what one gives is what another reads. So a batch's training is made of
 * the gradient of a few images, recorded once, and of one update.
 */
import { withoutVariables } from './function-def'
import { bytesField, integerField } from './protobuf'
import {
  type Attribute,
  type DataType,
  type Node,
  type Recording,
  type Reference,
  TF_FLOAT,
  TF_INT32,
  type TensorSpecification,
} from './recording'

/** A tensor of the function that is being made. */
export interface Made {
  readonly reference: Reference
  readonly type: DataType
}

const type = (name: string, value: DataType): Attribute => ({ name, kind: 'type', value })
const integer = (name: string, value: number): Attribute => ({ name, kind: 'integer', value })

/**
 * What a called function is not to go through once more when it is first called: the optimizer, which has been through it with
 * the whole graph. A ConfigProto (tensorflow/core/protobuf/config.proto, rewriter_config.proto): graph_options ·
 * rewrite_options · disable_meta_optimizer.
 */
const OPTIMIZED = bytesField(10, bytesField(10, integerField(19, 1)))

/** A function that grows by calls and by the few operations between them. */
export class Composer {
  readonly #nodes: Node[] = []
  readonly #inputs: TensorSpecification[] = []
  /** What variables are set to so far. */
  readonly #variables = new Map<number, Reference>()
  readonly #functions = new Map<string, ReturnType<typeof withoutVariables>>()
  readonly #specifications: readonly TensorSpecification[]

  /** @param variables all that there are */
  constructor(variables: readonly TensorSpecification[] = []) {
    this.#specifications = variables
  }

  /** One more input of the function. */
  input(specification: TensorSpecification): Made {
    this.#inputs.push(specification)
    return { reference: { from: 'input', index: this.#inputs.length - 1 }, type: specification.type }
  }

  /** What a function gives on these inputs; it reads the variables as the calls before have left them. */
  call(recording: Recording, inputs: readonly Made[]): Made[] {
    const at = this.#nodes.length
    const variables = new Map(this.#variables)
    const place = (reference: Reference): Reference => {
      if (reference.from === 'node') return { ...reference, index: at + reference.index }
      if (reference.from === 'input') return inputs[reference.index]!.reference
      return variables.get(reference.index) ?? reference
    }
    for (const node of recording.nodes)
      this.#nodes.push(node.kind === 'constant' ? node : { ...node, inputs: node.inputs.map(place) })
    for (const { variable, reference } of recording.assigned) this.#variables.set(variable, place(reference))
    return recording.outputs.map(({ reference, type }) => ({ reference: place(reference), type }))
  }

  /**
   * The same by a function that is defined once, however often it is called.
   * @param name of the function: another recording has another
   * @param recording one that is {@link definable}
   */
  callDefined(name: string, recording: Recording, inputs: readonly Made[]): Made[] {
    const defined = this.#functions.get(name) ?? withoutVariables(recording, this.#specifications)
    this.#functions.set(name, defined)
    const read = defined.variables.map((index) => this.#variables.get(index) ?? ({ from: 'variable', index } as const))
    this.#nodes.push({
      kind: 'operation',
      operation: 'PartitionedCall',
      inputs: [...inputs.map(({ reference }) => reference), ...read],
      attributes: [
        { name: 'Tin', kind: 'type', value: defined.recording.inputs.map(({ type }) => type) },
        { name: 'Tout', kind: 'type', value: recording.outputs.map(({ type }) => type) },
        { name: 'f', kind: 'function', value: name },
        { name: 'config', kind: 'string', value: '' },
        { name: 'config_proto', kind: 'bytes', value: OPTIMIZED },
        { name: 'executor_type', kind: 'string', value: '' },
      ],
    })
    const index = this.#nodes.length - 1
    return recording.outputs.map(({ type }, output) => ({ reference: { from: 'node', index, output }, type }))
  }

  /**
   * Some rows of a tensor, along its first side.
   * @param rank sides of the tensor
   * @param after what must have been computed before they are taken; null: nothing
   */
  rows(tensor: Made, rank: number, from: number, count: number, after: Made | null): Made {
    const begin = this.#integers([from, ...Array<number>(rank - 1).fill(0)])
    const size = this.#integers([count, ...Array<number>(rank - 1).fill(-1)])
    const attributes = [type('T', tensor.type), type('Index', TF_INT32)]
    return this.#operation('Slice', [tensor, begin, size], attributes, tensor.type, after)
  }

  /** Tensors below each other, along their first side. */
  concat(tensors: readonly Made[]): Made {
    const [first] = tensors as [Made]
    if (tensors.length === 1) return first
    const attributes = [integer('N', tensors.length), type('T', first.type), type('Tidx', TF_INT32)]
    return this.#operation('ConcatV2', [...tensors, this.#integers([0], [])], attributes, first.type)
  }

  /** Tensors of one shape as one with a side more, the first. */
  stack(tensors: readonly Made[]): Made {
    const [first] = tensors as [Made]
    const attributes = [integer('N', tensors.length), type('T', first.type), integer('axis', 0)]
    return this.#operation('Pack', tensors, attributes, first.type)
  }

  /** Of float32 tensors of one shape. */
  sum(tensors: readonly Made[]): Made {
    if (tensors.length === 1) return tensors[0]!
    return this.#operation('AddN', tensors, [integer('N', tensors.length), type('T', TF_FLOAT)], TF_FLOAT)
  }

  /** The mean of float32 tensors of one shape, each with its weight. */
  mean(tensors: readonly Made[], weights: readonly number[]): Made {
    const all = weights.reduce((sum, weight) => sum + weight, 0)
    if (tensors.length === 1) return tensors[0]!
    if (weights.every((weight) => weight === weights[0])) return this.#scale(this.sum(tensors), 1 / tensors.length)
    return this.sum(tensors.map((tensor, i) => this.#scale(tensor, weights[i]! / all)))
  }

  #scale(tensor: Made, by: number): Made {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(by)
    const factor = this.#constant(TF_FLOAT, [], bytes)
    return this.#operation('Mul', [tensor, factor], [type('T', TF_FLOAT)], TF_FLOAT)
  }

  #integers(values: readonly number[], shape: readonly number[] = [values.length]): Made {
    const bytes = Buffer.from(Int32Array.from(values).buffer)
    return this.#constant(TF_INT32, shape, bytes)
  }

  #constant(type: DataType, shape: readonly number[], bytes: Buffer): Made {
    this.#nodes.push({ kind: 'constant', constant: { type, shape, bytes, uniform: false } })
    return this.#last(type)
  }

  #operation(
    operation: string,
    inputs: readonly Made[],
    attributes: readonly Attribute[],
    type: DataType,
    after: Made | null = null,
  ): Made {
    const read = inputs.map(({ reference }) => reference)
    this.#nodes.push({
      kind: 'operation',
      operation,
      inputs: read,
      attributes,
      ...(after ? { after: after.reference } : {}),
    })
    return this.#last(type)
  }

  #last(type: DataType): Made {
    return { reference: { from: 'node', index: this.#nodes.length - 1, output: 0 }, type }
  }

  /** The function as it is now. */
  recording(outputs: readonly Made[]): Recording {
    const functions = new Map([...this.#functions].map(([name, { recording }]) => [name, recording]))
    return {
      inputs: [...this.#inputs],
      nodes: [...this.#nodes],
      outputs,
      assigned: [...this.#variables].map(([variable, reference]) => ({ variable, reference })),
      ...(functions.size > 0 ? { functions } : {}),
    }
  }
}
