import { LabError } from '../../../shared/errors'
import { type Tensor, tf, type Variable } from '../backends/tf'
import {
  type Binding,
  type BindingAttribute,
  type NativeBackend,
  nativeBackend,
  tensorId,
  type TensorInfo,
  tensorInfo,
} from './binding'
import type { Attribute, AttributeKind, Constant, DataType, Node, Recording, Reference } from './recording'

/**
 * Runs a function once for real, at the size of its inputs, and notes every operation TensorFlow is asked for. The
 * variables have their values from before again afterwards.
 * @param run reads inputs, variables and constants only; JS numbers in it become part of the recording
 * @param inputs tensors that will be others at each replay
 * @param variables what the function reads and assigns
 * @throws LabError when the function reads a computed value in JS, or does what a graph cannot hold
 */
export function record(
  run: (...inputs: Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
  variables: readonly Variable[],
): Recording {
  const backend = nativeBackend()
  const saved = variables.map((variable) => tf.clone(variable as unknown as Tensor))
  const recorder = new Recorder(backend, inputs, variables)
  try {
    return tf.tidy(() => recorder.record(run) as never) as Recording
  } finally {
    variables.forEach((variable, index) => variable.assign(saved[index]!))
    tf.dispose(saved)
  }
}

/** Sides whose elements are this many bytes; other types have no place in a training step. */
const elementBytes = (binding: Binding, type: DataType): number => {
  if (type === binding.TF_FLOAT || type === binding.TF_INT32) return 4
  if (type === binding.TF_BOOL) return 1
  throw refusal(`a tensor of TensorFlow's type ${type} is in it`)
}

const refusal = (reason: string): LabError =>
  new LabError('engine', `This model cannot run as one graph: ${reason}.`, 'Train it with --mode eager.')

/**
 * Type attributes that tfjs leaves out and eager TensorFlow takes from an input: a graph must be told. By operation, the
 * attribute's name and which input has the type.
 */
const LEFT_OUT: Readonly<Record<string, Readonly<Record<string, number>>>> = { ExpandDims: { T: 0, Tdim: 1 } }

class Recorder {
  readonly #backend: NativeBackend
  readonly #binding: Binding
  readonly #inputs: readonly Tensor[]
  readonly #variables: readonly Variable[]
  readonly #nodes: Node[] = []
  /** By the binding's number of each tensor. */
  readonly #references = new Map<number, Reference>()
  /** What the backend knows of tensors it handed to operations, for those made before the recording. */
  readonly #known = new Map<number, TensorInfo>()

  constructor(backend: NativeBackend, inputs: readonly Tensor[], variables: readonly Variable[]) {
    this.#backend = backend
    this.#binding = backend.binding
    this.#inputs = inputs
    this.#variables = variables
  }

  record(run: (...inputs: Tensor[]) => readonly Tensor[]): Recording {
    const inputs = this.#inputs.map((tensor) => tensorInfo(this.#backend, tensor))
    inputs.forEach(({ id }, index) => this.#place(id, { from: 'input', index }, `input ${index}`))
    const before = this.#variables.map((variable, index) => {
      const { id } = tensorInfo(this.#backend, variable)
      this.#place(id, { from: 'variable', index }, `variable ${index}`)
      return id
    })
    const outputs = this.#listen(() => {
      const tensors = run(...this.#inputs)
      // Values that still wait in JS become constants of the recording.
      for (const tensor of [...tensors, ...this.#variables]) tensorId(this.#backend, tensor)
      return tensors.map((tensor) => tensorInfo(this.#backend, tensor))
    })
    const assigned = this.#variables.flatMap((variable, index) => {
      const { id } = tensorInfo(this.#backend, variable)
      return id === before[index] ? [] : [{ variable: index, reference: this.#reference(id) }]
    })
    return {
      inputs: inputs.map(({ dtype, shape }) => ({ type: dtype, shape: [...shape] })),
      outputs: outputs.map(({ id, dtype }) => ({ reference: this.#reference(id), type: dtype })),
      assigned,
      nodes: this.#nodes,
    }
  }

  /** Two that share a tensor could not be told apart in the recording. */
  #place(id: number, reference: Reference, what: string): void {
    if (this.#references.has(id)) throw refusal(`${what} shares its tensor with another input or variable`)
    this.#references.set(id, reference)
  }

  /** Puts itself between backend and binding while `run` runs. */
  #listen<T>(run: () => T): T {
    const backend = this.#backend
    const binding = this.#binding
    const overrides: Pick<Binding, 'createTensor' | 'executeOp' | 'tensorDataSync'> = {
      createTensor: (shape, type, values) => this.#createTensor(shape, type, values),
      executeOp: (name, attributes, ids, outputs) => this.#executeOp(name, attributes, ids, outputs),
      tensorDataSync: (id) => this.#read(id),
    }
    const getIds = backend.getInputTensorIds
    backend.getInputTensorIds = (tensors) => {
      const ids = getIds.call(backend, tensors)
      tensors.forEach((tensor, i) => this.#known.set(ids[i]!, backend.tensorMap.get(tensor.dataId)))
      return ids
    }
    // The addon's own properties cannot be written: an object that inherits from it can.
    const properties = Object.entries(overrides).map(([name, value]) => [name, { value }] as const)
    backend.binding = Object.create(binding, Object.fromEntries(properties)) as Binding
    try {
      return run()
    } finally {
      backend.binding = binding
      backend.getInputTensorIds = getIds
    }
  }

  #createTensor(shape: number[], type: number | string, values: ArrayBufferView): number {
    if (typeof type === 'string' || !ArrayBuffer.isView(values)) throw refusal('a tensor of texts is in it')
    const id = this.#binding.createTensor(shape, type, values)
    this.#references.set(id, this.#constant(type, shape, values))
    return id
  }

  #executeOp(name: string, attributes: BindingAttribute[], ids: number[], outputs: number) {
    const inputs = ids.map((id) => this.#reference(id))
    const made = this.#binding.executeOp(name, attributes, ids, outputs)
    const index = this.#nodes.length
    const described = [...attributes.map((attribute) => this.#attribute(name, attribute)), ...this.#leftOut(name, ids)]
    this.#nodes.push({ kind: 'operation', operation: name, inputs, attributes: described })
    made.forEach(({ id }, output) => this.#references.set(id, { from: 'node', index, output }))
    return made
  }

  #leftOut(operation: string, ids: readonly number[]): Attribute[] {
    return Object.entries(LEFT_OUT[operation] ?? {}).map(([name, input]) => ({
      name,
      kind: 'type',
      value: this.#known.get(ids[input]!)!.dtype,
    }))
  }

  #read(id: number) {
    const reference = this.#references.get(id)
    if (reference && !(reference.from === 'node' && this.#nodes[reference.index]!.kind === 'constant'))
      throw refusal('the program reads a value it computes before the step is done')
    return this.#binding.tensorDataSync(id)
  }

  /** Of a tensor; one made before the recording that is neither input nor variable becomes a constant. */
  #reference(id: number): Reference {
    const found = this.#references.get(id)
    if (found) return found
    const info = this.#known.get(id)
    if (!info) throw refusal(`an operation reads a tensor (${id}) that nothing made`)
    const reference = this.#constant(info.dtype, info.shape, this.#binding.tensorDataSync(id))
    this.#references.set(id, reference)
    return reference
  }

  #constant(type: DataType, shape: readonly number[], values: ArrayBufferView): Reference {
    const constant = makeConstant(type, shape, values, elementBytes(this.#binding, type))
    const reference: Reference = { from: 'node', index: this.#nodes.length, output: 0 }
    // Equal ones are not joined: at another batch size they may differ. TensorFlow joins them as it loads the graph.
    this.#nodes.push({ kind: 'constant', constant })
    return reference
  }

  #attribute(operation: string, { name, type, value }: BindingAttribute): Attribute {
    const b = this.#binding
    const kinds: Record<number, AttributeKind> = {
      [b.TF_ATTR_STRING!]: 'string',
      [b.TF_ATTR_INT!]: 'integer',
      [b.TF_ATTR_FLOAT!]: 'float',
      [b.TF_ATTR_BOOL!]: 'bool',
      [b.TF_ATTR_TYPE!]: 'type',
      [b.TF_ATTR_SHAPE!]: 'shape',
    }
    const kind = kinds[type]
    if (kind) return { name, kind, value: value as Attribute['value'] }
    throw refusal(`the operation ${operation} has an attribute ${name} of an unknown kind (${type})`)
  }
}

/** One element stands for all where they are the same. */
function makeConstant(type: DataType, shape: readonly number[], values: ArrayBufferView, element: number): Constant {
  const bytes = Buffer.from(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
  const uniform = bytes.length > element && bytes.subarray(element).equals(bytes.subarray(0, bytes.length - element))
  return { type, shape: [...shape], bytes: uniform ? bytes.subarray(0, element) : bytes, uniform }
}
