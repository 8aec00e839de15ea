import type { TrainingConfiguration } from '../../../shared/experiment/configuration'
import type { BatchMaker } from '../data/batches'
import { argMax } from './evaluation'
import type { Learner, SegmentResult } from './learner'

/** What training on one batch gave. */
export interface BatchOutcome {
  readonly images: number
  /** Those that were trained: fewer than the model has where the batch was left. */
  readonly segments: readonly SegmentResult[]
  /** The author's extra pass, means over the batch; null when off, or the batch was left. */
  readonly author: { readonly loss: number; readonly accuracy: number } | null
  /** Seconds of training, the author's pass not counted. */
  readonly seconds: number
}

/**
 * Trains on the images `ids`, then, when asked for, measures the batch again with the author's pass.
 * @param goOn asked between two segments; false leaves the batch
 */
export async function trainOnBatch(
  learner: Learner,
  batches: BatchMaker,
  ids: Uint32Array,
  labelsOf: Uint16Array,
  training: TrainingConfiguration,
  learningRate: (segment: number) => number,
  goOn: () => Promise<boolean>,
): Promise<BatchOutcome> {
  const began = performance.now()
  const { images, labels } = batches.make(ids)
  try {
    const segments: SegmentResult[] = []
    for (const segment of learner.trainSegments(images, labels, learningRate)) {
      segments.push(segment)
      if (segments.length < learner.stepsPerBatch && !(await goOn())) break
    }
    const seconds = (performance.now() - began) / 1000
    if (!training.authorMetrics || segments.length < learner.stepsPerBatch)
      return { images: ids.length, segments, author: null, seconds }
    const { probabilities } = learner.predictBatch(images, labels)
    const truth = Array.from(ids, (id) => labelsOf[id]!)
    return { images: ids.length, segments, author: measure(probabilities, truth, training.labelSmoothing), seconds }
  } finally {
    images.dispose()
    labels.dispose()
  }
}

/**
 * Mean cross-entropy and accuracy of predicted probabilities.
 * @param probabilities [B · K]
 * @param truth class of each image [B]
 * @param smoothing the target is (1 − smoothing) · onehot + smoothing / K, as in the author's record
 */
export function measure(
  probabilities: Float32Array,
  truth: readonly number[],
  smoothing: number,
): { loss: number; accuracy: number } {
  const classes = probabilities.length / truth.length
  let loss = 0
  let correct = 0
  truth.forEach((label, i) => {
    const from = i * classes
    for (let k = 0; k < classes; k++) {
      const target = (k === label ? 1 - smoothing : 0) + smoothing / classes
      // A probability that float32 rounds to 0 counts as the smallest one float32 has.
      if (target > 0) loss -= target * Math.log(Math.max(probabilities[from + k]!, 2 ** -149))
    }
    if (argMax(probabilities, from, from + classes) === label) correct++
  })
  return { loss: loss / truth.length, accuracy: correct / truth.length }
}
