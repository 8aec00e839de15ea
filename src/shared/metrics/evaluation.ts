import type { PartName } from '../data/dataset'

/** Result of evaluating one part. images in data set order. */
export interface Evaluation {
  readonly part: PartName
  readonly images: number
  readonly loss: number
  readonly accuracy: number
  /** uint16 [images] predicted class. */
  readonly predicted: Uint16Array
  /** float32 [images] probability of the predicted class. */
  readonly confidence: Float32Array
  /** float32 [images · K], only when asked for or at the last epoch; null else. */
  readonly probabilities: Float32Array | null
  readonly seconds: number
}
