/**
 * Adaptive computation time (arXiv 2506.21734, "Adaptive computational time"): two numbers for each image and segment,
 * Q_halt and Q_continue, learned as in Q-learning.
 *
 * Here all M segments of a batch are always trained; the head decides in evaluation, where an image keeps the
 * prediction of the first segment with Q_halt > Q_continue (or of the last).
 */
import { type Scalar, type Tensor, type Tensor1D, type Tensor2D, tf } from '../backends/tf'

/** −t·log σ(x) − (1 − t)·log(1 − σ(x)), in the form that neither overflows nor loses small values. */
const binaryCrossEntropy = (x: Tensor, t: Tensor): Tensor =>
  tf.add(tf.sub(tf.relu(x), tf.mul(x, t)), tf.log1p(tf.exp(tf.neg(tf.abs(x)))))

/**
 * What the head should say: halt 1 where the prediction is right; continue the value of going on, bootstrapped from the
 * next segment: the larger of its two values, or its halt value when this segment is the last.
 * @param correct [B], 1 where this segment's prediction is right
 * @param next [B,2] the next segment's head, before the sigmoid
 * @returns [B,2]
 */
export function haltingTargets(correct: Tensor1D, next: Tensor2D, last: boolean): Tensor2D {
  const values = tf.sigmoid(next)
  const goOn = last ? tf.squeeze(tf.slice(values, [0, 0], [-1, 1]), [1]) : tf.max(values, 1)
  return tf.stack([correct, goOn], 1) as Tensor2D
}

/** The head's loss, summed over the batch: mean binary cross-entropy of its two values. Both [B,2], targets constant. */
export const haltingLoss = (halting: Tensor2D, targets: Tensor2D): Scalar =>
  tf.div(tf.sum(binaryCrossEntropy(halting, targets)), 2) as Scalar

/**
 * Keeps for each image the logits of the segment that halted it.
 * @param halted [B] bool, images halted before
 * @param kept [B,K] their logits
 */
export function keepHalted(
  halted: Tensor1D,
  kept: Tensor2D,
  logits: Tensor2D,
  halting: Tensor2D,
): { logits: Tensor2D; halted: Tensor1D } {
  const [halt, goOn] = tf.unstack(halting, 1) as [Tensor1D, Tensor1D]
  return {
    logits: tf.where(tf.expandDims(halted, 1), kept, logits) as Tensor2D,
    halted: tf.logicalOr(halted, tf.greater(halt, goOn)),
  }
}
