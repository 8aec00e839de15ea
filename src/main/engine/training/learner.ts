import type * as tf from '@tensorflow/tfjs-core'
import type { NamedTensor } from '../../../shared/tensors/safetensors'

export type { NamedTensor }

/** One optimizer step's numbers; loss and norm are of the forward before the update. */
export interface SegmentResult {
  readonly loss: number
  /** Global norm before clipping. */
  readonly gradientNorm: number
  /** Images of the batch this segment's logits have right. */
  readonly correct: number
}

/** What evaluation gives for a batch of B images and K classes. */
export interface BatchPrediction {
  /** Softmax of the last logits, row-major [B, K]. */
  readonly probabilities: Float32Array
  /** Cross-entropy with the labels without smoothing, summed over the batch; 0 when no labels were given. */
  readonly lossSum: number
}

/**
 * A model with its optimizer: everything that learns, behind one face for the loop, evaluation and checkpoints.
 * All tensors it makes inside a call are freed by the end of the call; parameters, moments and statistics live until dispose.
 */
export interface Learner {
  /** Trainable numbers. */
  readonly parameters: number
  /** Optimizer steps per batch: M for HRM, 1 for CNN. */
  readonly stepsPerBatch: number
  /**
   * Trains on one batch, a segment each time that the next result is asked for: nothing happens until one is. Whoever asks for no
   * more leaves the batch there, with the weights of the last update.
   * @param images float32 [B, H, W, C], standardised; the caller's, until the last result
   * @param labels int32 [B]
   * @param learningRate rate of the m-th step of this batch
   */
  trainSegments(
    images: tf.Tensor4D,
    labels: tf.Tensor1D,
    learningRate: (segment: number) => number,
  ): Iterable<SegmentResult>
  /** Predicts with M_eval segments from the templates, running statistics, no dropout. */
  predictBatch(images: tf.Tensor4D, labels: tf.Tensor1D | null): BatchPrediction
  /** Weights to keep or export: parameters, running statistics, state templates, in the paper's layout and names. */
  exportWeights(): NamedTensor[]
  /** Loads what exportWeights gave. @throws LabError when a tensor is missing, extra, or of another shape. */
  importWeights(tensors: readonly NamedTensor[]): void
  /** Moments ('moment1.<parameter>', 'moment2.<parameter>') and their step count, enough to go on with the same bits. */
  exportOptimizer(): { readonly step: number; readonly tensors: NamedTensor[] }
  importOptimizer(state: { readonly step: number; readonly tensors: readonly NamedTensor[] }): void
  dispose(): void
}
