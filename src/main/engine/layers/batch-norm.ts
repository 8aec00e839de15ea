/**
 * Batch normalisation (Ioffe, Szegedy 2015) of x [B,H,W,C] over all but the channels, with learned scale and bias [C], as in
 * the paper: ε 1e-5, running = 0.9·running + 0.1·batch, and the running variance made of *biased* batch variances
 * (divided by N = B·H·W). TensorFlow's own running variance is unbiased, so it is not used.
 */
import { nativeOps } from '../backends/native-ops'
import { type Tensor, type Tensor1D, type Tensor4D, tf } from '../backends/tf'
import { handOver, withGradient } from './gradient'

const EPSILON = 1e-5
const MOMENTUM = 0.9

/** mean and variance [C]. */
export type Statistics = { readonly mean: Tensor; readonly variance: Tensor }

/** With the running statistics, for evaluation. */
export const batchNormEvaluate = (x: Tensor4D, scale: Tensor, bias: Tensor, running: Statistics): Tensor4D =>
  tf.batchNorm4d(
    x,
    running.mean as Tensor1D,
    running.variance as Tensor1D,
    bias as Tensor1D,
    scale as Tensor1D,
    EPSILON,
  )

/** The running statistics after a batch. */
export const updatedStatistics = (running: Statistics, batch: Statistics): Statistics => {
  const mix = (before: Tensor, now: Tensor): Tensor => tf.add(tf.mul(MOMENTUM, before), tf.mul(1 - MOMENTUM, now))
  return { mean: mix(running.mean, batch.mean), variance: mix(running.variance, batch.variance) }
}

/** The reference for training: plain operations, gradients by tfjs. Statistics: of the batch. */
export function batchNormTrainNaive(x: Tensor4D, scale: Tensor, bias: Tensor): { y: Tensor4D; batch: Statistics } {
  const { mean, variance } = tf.moments(x, [0, 1, 2])
  const y = tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, EPSILON))), scale), bias) as Tensor4D
  return { y, batch: { mean, variance } }
}

/**
 * The fast form for training: TensorFlow's fused operations, both ways, where they are.
 * @returns y, and the batch's statistics (constants for gradients, biased variance)
 */
export function batchNormTrain(x: Tensor4D, scale: Tensor, bias: Tensor): { y: Tensor4D; batch: Statistics } {
  const native = nativeOps()
  if (!native) return batchNormTrainNaive(x, scale, bias)
  const count = x.size / scale.size
  let y!: Tensor4D
  const batch = handOver<Statistics>((escape) => {
    const normalise = withGradient(
      (save, x: Tensor, scale: Tensor, bias: Tensor) => {
        const { y, mean, unbiasedVariance, reserved } = native.batchNorm(x, scale, bias, EPSILON)
        // A division by a whole number, not a factor (N − 1)/N: recordings are brought to other batch sizes by such numbers.
        escape({ mean, variance: tf.sub(unbiasedVariance, tf.div(unbiasedVariance, count)) })
        save([x, scale, ...reserved])
        return y
      },
      (dy, saved) => {
        const [x, scale, ...reserved] = saved as [Tensor, Tensor, ...Tensor[]]
        return native.batchNormGrad(dy, x, scale, reserved, EPSILON)
      },
    )
    y = normalise(x, scale, bias) as Tensor4D
  })
  return { y, batch }
}
