import type { TrainingConfiguration } from './configuration'

/** How a run's steps are counted. */
export interface RunLength {
  readonly batchesPerEpoch: number
  /** Optimizer steps a batch: M for HRM, 1 for CNN. */
  readonly stepsPerBatch: number
}

/** Of its first `length` points, from 1 to `floor` along half a cosine; after them the floor (optax.cosine_decay_schedule). */
function cosine(point: number, length: number, floor: number): number {
  const done = Math.min(point / length, 1)
  return floor + ((1 - floor) * (1 + Math.cos(Math.PI * done))) / 2
}

/**
 * The learning rate of the optimizer step that `segment` of `batch` makes, both counted from 0, the batch over the whole run.
 *
 * "published" counts optimizer steps against a total of batchesPerEpoch · epochs, as the author's code does: with M steps a
 * batch the curve is over M times sooner than the epochs are. "batch" runs the same curve over batches, and all steps of a
 * batch have its rate. Past its end the curve holds its last value. After a warm-up the cosine is as long as the whole run,
 * so that a run of one step a batch ends a little above the floor.
 * Source: arXiv 2510.03598, section on the regime.
 */
export function learningRate(
  training: TrainingConfiguration,
  { batchesPerEpoch, stepsPerBatch }: RunLength,
  batch: number,
  segment: number,
): number {
  const { shape, counts, warmupEpochs, floor } = training.schedule
  const total = batchesPerEpoch * training.epochs
  const point = counts === 'published' ? batch * stepsPerBatch + segment : batch
  if (shape === 'cosine') return training.learningRate * cosine(point, total, 0)
  const warmup = warmupEpochs * batchesPerEpoch
  if (point < warmup) return (training.learningRate * point) / warmup
  return training.learningRate * cosine(point - warmup, total, floor)
}
