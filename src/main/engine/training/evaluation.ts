import type { PartName } from '../../../shared/data/dataset'
import { BatchMaker } from '../data/batches'
import { type OpenDataSet, partIds } from '../data/open'
import type { Evaluation } from '../protocol'
import type { BatchPrediction, Learner } from './learner'

export interface EvaluationOptions {
  /** Images a batch. */
  readonly batch: number
  /** Keep all K probabilities of every image, not only the predicted class's. */
  readonly probabilities: boolean
  /**
   * Awaited after each batch with the batches done: the place to report, and to let messages in.
   * False gives the evaluation up.
   */
  readonly between: (batches: number) => Promise<boolean>
}

/** Index of the largest value in [from, to); the first one when several are equal. */
export function argMax(values: Float32Array, from: number, to: number): number {
  let best = from
  for (let i = from + 1; i < to; i++) if (values[i]! > values[best]!) best = i
  return best - from
}

/**
 * Predicts every image of one part, in data set order.
 * @returns null when `between` gave it up.
 */
export async function evaluate(
  learner: Learner,
  dataSet: OpenDataSet,
  part: PartName,
  options: EvaluationOptions,
): Promise<Evaluation | null> {
  const began = performance.now()
  const ids = partIds(dataSet, part)
  const classes = dataSet.input.classes
  const batches = new BatchMaker(dataSet)
  const predicted = new Uint16Array(ids.length)
  const confidence = new Float32Array(ids.length)
  const kept = options.probabilities ? new Float32Array(ids.length * classes) : null
  let lossSum = 0
  let correct = 0
  for (let start = 0; start < ids.length; start += options.batch) {
    const chunk = ids.subarray(start, start + options.batch)
    const prediction = predict(learner, batches, chunk)
    lossSum += prediction.lossSum
    kept?.set(prediction.probabilities, start * classes)
    chunk.forEach((id, i) => {
      const best = argMax(prediction.probabilities, i * classes, (i + 1) * classes)
      predicted[start + i] = best
      confidence[start + i] = prediction.probabilities[i * classes + best]!
      if (best === dataSet.labels[id]) correct++
    })
    if (!(await options.between(start / options.batch + 1))) return null
  }
  return {
    part,
    images: ids.length,
    loss: lossSum / ids.length,
    accuracy: correct / ids.length,
    predicted,
    confidence,
    probabilities: kept,
    seconds: (performance.now() - began) / 1000,
  }
}

function predict(learner: Learner, batches: BatchMaker, ids: Uint32Array): BatchPrediction {
  const { images, labels } = batches.make(ids)
  try {
    return learner.predictBatch(images, labels)
  } finally {
    images.dispose()
    labels.dispose()
  }
}

/**
 * Class probabilities of raw images.
 * @param pixels uint8 [n · H · W · C] of the data set's shape
 * @param batch images predicted at once
 * @returns float32 [n · K]
 */
export function classify(learner: Learner, dataSet: OpenDataSet, pixels: Uint8Array, batch: number): Float32Array {
  const { height, width, channels, classes } = dataSet.input
  const size = height * width * channels
  const images = pixels.length / size
  const batches = new BatchMaker(dataSet)
  const result = new Float32Array(images * classes)
  for (let start = 0; start < images; start += batch) {
    const tensor = batches.fromPixels(pixels.subarray(start * size, (start + batch) * size))
    try {
      result.set(learner.predictBatch(tensor, null).probabilities, start * classes)
    } finally {
      tensor.dispose()
    }
  }
  return result
}
