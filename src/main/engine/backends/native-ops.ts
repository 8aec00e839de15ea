import { type Tensor, tf } from './tf'

interface Attribute {
  readonly name: string
  readonly type: number
  readonly value: unknown
}

/** What tfjs-node's backend offers beyond tfjs: any TensorFlow operation by name. */
interface NativeBackend {
  executeSingleOutput(name: string, attributes: Attribute[], inputs: Tensor[]): Tensor
  executeMultipleOutputs(name: string, attributes: Attribute[], inputs: Tensor[], outputs: number): Tensor[]
  readonly binding: Readonly<Record<`TF_${string}`, number>>
}

/**
 * Fused TensorFlow operations that tfjs has no name for. They are not recorded for gradients: call them inside a custom
 * gradient only. All tensors float32.
 */
export interface NativeOps {
  /** dy · (1 − y²) for y = tanh(x). */
  tanhGrad(y: Tensor, dy: Tensor): Tensor
  /** dy where y > 0, else 0, for y = relu(x). */
  reluGrad(dy: Tensor, y: Tensor): Tensor
  /** Of logits and targets [B,K]: cross-entropy [B] and its gradient by the logits [B,K]. */
  softmaxCrossEntropy(logits: Tensor, targets: Tensor): [loss: Tensor, gradient: Tensor]
  /** Of x [B,H,W,C], scale and bias [C]: y, mean [C], variance [C] (unbiased: divided by B·H·W − 1), what the gradient needs. */
  batchNorm(
    x: Tensor,
    scale: Tensor,
    bias: Tensor,
    epsilon: number,
  ): { y: Tensor; mean: Tensor; unbiasedVariance: Tensor; reserved: [Tensor, Tensor, Tensor] }
  /** Gradients by x, scale and bias. */
  batchNormGrad(
    dy: Tensor,
    x: Tensor,
    scale: Tensor,
    reserved: readonly Tensor[],
    epsilon: number,
  ): [Tensor, Tensor, Tensor]
}

/** Whether the backend computes on a GPU. */
export const onGpu = (): boolean =>
  tf.getBackend() === 'tensorflow' &&
  (tf.backend() as unknown as { readonly isUsingGpuDevice: boolean }).isUsingGpuDevice

/** Whether the backend's matrix products can be fused with GELU in a graph: oneDNN's on x86 processors can, unless it is turned off (load.ts). */
export const fusesGelu = (): boolean =>
  tf.getBackend() === 'tensorflow' &&
  process.arch === 'x64' &&
  /^(1|true)$/i.test(process.env['TF_ENABLE_ONEDNN_OPTS'] ?? '') &&
  !onGpu()

let made: { backend: unknown; ops: NativeOps } | null = null

/** The raw operations of the backend in use; null where it is not TensorFlow, and plain tfjs must do. */
export function nativeOps(): NativeOps | null {
  if (tf.getBackend() !== 'tensorflow') return null
  const backend = tf.backend() as unknown as NativeBackend
  if (made?.backend !== backend) made = { backend, ops: makeOps(backend) }
  return made.ops
}

function makeOps(backend: NativeBackend): NativeOps {
  const { TF_ATTR_TYPE, TF_ATTR_FLOAT, TF_ATTR_STRING, TF_ATTR_BOOL, TF_FLOAT } = backend.binding
  const float = (name: string): Attribute => ({ name, type: TF_ATTR_TYPE!, value: TF_FLOAT })
  const number = (name: string, value: number): Attribute => ({ name, type: TF_ATTR_FLOAT!, value })
  const batchNormAttributes = (epsilon: number): Attribute[] => [
    float('T'),
    float('U'),
    number('epsilon', epsilon),
    { name: 'data_format', type: TF_ATTR_STRING!, value: 'NHWC' },
    { name: 'is_training', type: TF_ATTR_BOOL!, value: true },
  ]
  return {
    tanhGrad: (y, dy) => backend.executeSingleOutput('TanhGrad', [float('T')], [y, dy]),
    reluGrad: (dy, y) => backend.executeSingleOutput('ReluGrad', [float('T')], [dy, y]),
    softmaxCrossEntropy: (logits, targets) =>
      backend.executeMultipleOutputs('SoftmaxCrossEntropyWithLogits', [float('T')], [logits, targets], 2) as [
        Tensor,
        Tensor,
      ],
    batchNorm(x, scale, bias, epsilon) {
      const none = tf.tensor1d([])
      const attributes = [...batchNormAttributes(epsilon), number('exponential_avg_factor', 1)]
      const outputs = backend.executeMultipleOutputs('FusedBatchNormV3', attributes, [x, scale, bias, none, none], 6)
      const [y, mean, unbiasedVariance, ...reserved] = outputs as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor]
      return { y, mean, unbiasedVariance, reserved }
    },
    batchNormGrad(dy, x, scale, reserved, epsilon) {
      const outputs = backend.executeMultipleOutputs(
        'FusedBatchNormGradV3',
        batchNormAttributes(epsilon),
        [dy, x, scale, ...reserved],
        5,
      )
      return outputs.slice(0, 3) as [Tensor, Tensor, Tensor]
    },
  }
}
