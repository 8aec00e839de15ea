import type { LossCurve } from '../../../../shared/charts/loss'
import type { Trace } from '../../../../shared/charts/look'
import { publishedTrace, type PublishedRecord } from '../../../../shared/experiment/published'
import { envelope } from '../../../../shared/metrics/envelope'
import { debiasedEma } from '../../../../shared/metrics/smoothing'
import type { StepColumns } from '../../../../shared/metrics/steps'
import { evaluationOf, type EpochExport, type RunExport } from '../data'

/** Smoothing of drawn averages: about the last hundredth of a run weighs in. */
const SMOOTHING = 0.8
/** Points a curve is thinned to: two for each device pixel column of a picture, at twice the pixels. */
const DRAWN_POINTS = 2000
/** An average needs fewer: more would only be jitter in which dashes are lost. */
const AVERAGE_POINTS = 400

/** The source of published numbers, short enough for a note on a picture. */
export const PAPER_SHORT = 'Mantzaris, arXiv 2510.03598'

/** Every value, thinned to an envelope, and its de-biased moving average, taken before thinning. */
export function curveOf(label: string, { x, y }: Trace): LossCurve {
  const average = debiasedEma(y, SMOOTHING, x)
  return {
    label,
    raw: envelope(x, y, { points: DRAWN_POINTS }),
    average: envelope(x, average, { points: AVERAGE_POINTS }),
  }
}

/** Loss of each optimizer step; x in batches done: with M steps a batch they stand at 1/M, 2/M, ... of it. */
export function lossByBatch(steps: StepColumns, stepsPerBatch: number): Trace {
  const x = Float64Array.from(steps.batch, (batch, i) => batch + (steps.segment[i]! + 1) / stepsPerBatch)
  return { x, y: steps.loss }
}

/** The author's extra measurement, one value per batch; null when the run did not make it. */
export function authorLossByBatch(steps: StepColumns): Trace | null {
  const measured = Array.from(steps.authorLoss.keys()).filter((i) => !Number.isNaN(steps.authorLoss[i]!))
  if (measured.length === 0) return null
  return { x: measured.map((i) => steps.batch[i]! + 1), y: measured.map((i) => steps.authorLoss[i]!) }
}

/** The published loss up to batch `last`; null when nothing of it lies there. */
export function publishedLoss(record: PublishedRecord, last: number): Trace | null {
  const y = record.batchLoss.slice(0, Math.floor(last))
  return y.length === 0 ? null : { x: y.map((_, i) => i + 1), y }
}

/** How the published values were measured, in words for a note. */
export function publishedMeasure(record: PublishedRecord): string {
  const words = {
    'segment-mean': 'mean over the segments of a batch',
    'after-update': 'measured again after each update',
    forward: 'measured as this run’s, before each update',
  }
  return words[publishedTrace(record.preset)]
}

/** A part's accuracy by epoch, counted from 1; null when it was never evaluated. */
export function accuracyByEpoch(epochs: readonly EpochExport[], part: 'validation' | 'test'): Trace | null {
  const evaluated = epochs.filter((epoch) => evaluationOf(epoch, part))
  if (evaluated.length === 0) return null
  return {
    x: evaluated.map(({ epoch }) => epoch + 1),
    y: evaluated.map((epoch) => evaluationOf(epoch, part)!.accuracy),
  }
}

/** Training accuracy by epoch as the author measured it where the run did so too, else of the training forward. */
export function trainByEpoch(run: RunExport): { trace: Trace; asAuthor: boolean } {
  const asAuthor = run.epochs.length > 0 && run.epochs.every(({ authorAccuracy }) => authorAccuracy !== null)
  const y = run.epochs.map((epoch) => (asAuthor ? epoch.authorAccuracy! : epoch.trainAccuracy))
  return { trace: { x: run.epochs.map(({ epoch }) => epoch + 1), y }, asAuthor }
}
