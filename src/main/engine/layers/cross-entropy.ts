/** Softmax cross-entropy. Symbols: B batch, K classes. */
import { nativeOps } from '../backends/native-ops'
import { type Scalar, type Tensor, type Tensor1D, type Tensor2D, tf } from '../backends/tf'
import { withGradient } from './gradient'

/**
 * Targets [B,K] of labels [B]: (1 − smoothing)·onehot + smoothing/K.
 * @param smoothing share of the target spread evenly over all classes
 */
export function smoothedTargets(labels: Tensor1D, classes: number, smoothing: number): Tensor2D {
  const hot = 1 - smoothing + smoothing / classes
  return tf.oneHot(labels, classes, hot, smoothing / classes, 'float32') as Tensor2D
}

/** The reference: sum over the batch of −Σ_k target·log softmax(logits), plain operations. */
export const crossEntropyNaive = (logits: Tensor2D, targets: Tensor2D): Scalar =>
  tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)))) as Scalar

function perImage(logits: Tensor, targets: Tensor): [loss: Tensor, gradient: Tensor] {
  const native = nativeOps()
  if (native) return native.softmaxCrossEntropy(logits, targets)
  const logProbabilities = tf.logSoftmax(logits as Tensor2D)
  return [tf.neg(tf.sum(tf.mul(targets, logProbabilities), -1)), tf.sub(tf.exp(logProbabilities), targets)]
}

const summed = withGradient(
  (save, logits: Tensor, targets: Tensor) => {
    const [loss, gradient] = perImage(logits, targets)
    save([gradient, targets])
    return tf.sum(loss)
  },
  (dy, saved) => {
    const [gradient, targets] = saved as [Tensor, Tensor]
    return [tf.mul(dy, gradient), tf.zerosLike(targets)]
  },
)

/**
 * The fast form; targets are constants, and rows of them sum to 1 (the gradient is softmax − targets).
 * @param logits [B,K]
 * @param targets [B,K]
 * @returns the sum over the batch; divide by B for the mean
 */
export const crossEntropy = (logits: Tensor2D, targets: Tensor2D): Scalar => summed(logits, targets) as Scalar
