import type { Configuration } from '../../../shared/experiment/configuration'
import { segments } from '../../../shared/experiment/prediction'
import { learningRate } from '../../../shared/experiment/schedule'
import { trainedImages } from '../../../shared/experiment/prediction'

/** Points of a drawn curve. */
const POINTS = 240
/** Epochs that have a mark each. */
const MOST_MARKS = 50

/** The learning rate over a run's batches, as the configuration counts and as it would be counted otherwise. */
export interface ScheduleCurve {
  /** Batches of the whole run. */
  readonly batches: number
  readonly points: readonly (readonly [batch: number, rate: number])[]
  /** The same in the other counting; null where both are one. */
  readonly other: readonly (readonly [batch: number, rate: number])[] | null
  /** First batch of each epoch but the first; none when there are too many to be told apart. */
  readonly epochMarks: readonly number[]
  readonly last: number
  /** The rate that the schedule starts from or rises to. */
  readonly highest: number
  readonly description: string
}

/** @param images of the training part */
export function scheduleCurve({ model, training }: Configuration, images: number): ScheduleCurve {
  const batchesPerEpoch = Math.max(1, Math.ceil(trainedImages(training, images) / training.batch))
  const run = { batchesPerEpoch, stepsPerBatch: segments(model).train }
  const batches = batchesPerEpoch * training.epochs
  const curve = (counts: 'published' | 'batch') => {
    const of = { ...training, schedule: { ...training.schedule, counts } }
    const count = Math.min(POINTS, batches)
    return Array.from({ length: count }, (_, i): readonly [number, number] => {
      const batch = count === 1 ? 0 : Math.round((i * (batches - 1)) / (count - 1))
      return [batch, learningRate(of, run, batch, 0)]
    })
  }
  const { counts } = training.schedule
  const points = curve(counts)
  const other = run.stepsPerBatch > 1 ? curve(counts === 'batch' ? 'published' : 'batch') : null
  const last = learningRate(training, run, batches - 1, run.stepsPerBatch - 1)
  const { epochs } = training
  return {
    batches,
    points,
    other,
    epochMarks: epochs > MOST_MARKS ? [] : Array.from({ length: epochs - 1 }, (_, i) => (i + 1) * batchesPerEpoch),
    last,
    highest: training.learningRate,
    description: describe(training, { counts, steps: run.stepsPerBatch, batches, last }),
  }
}

function describe(
  { learningRate: rate, schedule, epochs }: Configuration['training'],
  { counts, steps, batches, last }: { counts: string; steps: number; batches: number; last: number },
): string {
  const begin =
    schedule.shape === 'cosine' || schedule.warmupEpochs === 0
      ? `falls from ${rate} along a cosine`
      : `rises to ${rate} over ${schedule.warmupEpochs} of ${epochs} epochs, then falls along a cosine`
  const counting =
    steps === 1
      ? ''
      : counts === 'published'
        ? ` It counts optimizer steps, ${steps} a batch, so it ends ${steps} times sooner than the epochs.`
        : ' It counts batches, so it ends with the last epoch.'
  return `The learning rate ${begin}; after ${batches} batches it is ${Number(last.toPrecision(3))}.${counting}`
}
