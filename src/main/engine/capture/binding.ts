import { LabError } from '../../../shared/errors'
import { type Tensor, tf } from '../backends/tf'

/** What the binding gives back for a tensor it holds. */
export interface TensorMetadata {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

export interface BindingAttribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** tfjs-node's native binding, as far as recording and replaying need it. */
export interface Binding extends Readonly<Record<`TF_${string}`, number>> {
  createTensor(shape: number[], dtype: number | string, values: ArrayBufferView): number
  deleteTensor(id: number): void
  tensorDataSync(id: number): Float32Array | Int32Array | Uint8Array
  executeOp(name: string, attributes: BindingAttribute[], inputs: number[], outputs: number): TensorMetadata[]
  loadSavedModel(folder: string, tags: string): number
  deleteSavedModel(session: number): void
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[]
}

/** What the backend knows of a tensor. */
export interface TensorInfo {
  readonly id: number
  readonly shape: number[]
  readonly dtype: number
}

/** tfjs-node's backend: between tfjs' tensors and the binding's numbers for them. */
export interface NativeBackend {
  binding: Binding
  readonly tensorMap: { get(dataId: object): TensorInfo }
  getInputTensorIds(tensors: Tensor[]): number[]
  createOutputTensor(metadata: TensorMetadata): Tensor
}

/** The native backend. @throws LabError when another one runs, which has no graphs */
export function nativeBackend(): NativeBackend {
  if (tf.getBackend() === 'tensorflow') return tf.backend() as unknown as NativeBackend
  throw new LabError(
    'engine',
    `The backend ${tf.getBackend()} cannot run a training step as one graph.`,
    'Use --mode eager, or the native engine.',
  )
}

/** The binding's number for a tensor; one whose values still wait in JS is handed to TensorFlow first. */
export const tensorId = (backend: NativeBackend, tensor: Tensor): number => backend.getInputTensorIds([tensor])[0]!

/** Type and shape as the binding holds them. */
export function tensorInfo(backend: NativeBackend, tensor: Tensor): TensorInfo {
  tensorId(backend, tensor)
  return backend.tensorMap.get(tensor.dataId)
}
