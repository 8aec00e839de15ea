/** What a curve's x axis may count: steps, batches or epochs done, seconds of training, or the time of day. */
export const curveAxes = ['step', 'batch', 'epoch', 'seconds', 'wallTime'] as const
/** See {@link curveAxes}; wallTime is in Unix milliseconds. */
export type CurveAxis = (typeof curveAxes)[number]
/** Axes that count what was done: a position follows from a step's number alone. */
export type CountAxis = Exclude<CurveAxis, 'seconds' | 'wallTime'>

/** How a run's steps make up its batches and epochs. */
export interface RunShape {
  /** Optimizer steps a batch: the segments of a HRM, else 1. */
  readonly stepsPerBatch: number
  readonly batchesPerEpoch: number
  /** Images of a batch; the last one of an epoch may have fewer. */
  readonly batchImages: number
  readonly epochImages: number
}

/** Whether positions on the axis follow from the step's number. */
export const countsSteps = (axis: CurveAxis): axis is CountAxis => axis !== 'seconds' && axis !== 'wallTime'

/** Steps to one unit of an axis that counts. */
export function stepsPerUnit(axis: CountAxis, { stepsPerBatch, batchesPerEpoch }: RunShape): number {
  if (axis === 'step') return 1
  return axis === 'batch' ? stepsPerBatch : stepsPerBatch * batchesPerEpoch
}

/** Images of the batch with number `batch` (from 0) in the run. */
export function imagesOfBatch(batch: number, { batchesPerEpoch, batchImages, epochImages }: RunShape): number {
  const isLast = (batch + 1) % batchesPerEpoch === 0
  return isLast ? epochImages - (batchesPerEpoch - 1) * batchImages : batchImages
}

/**
 * Images trained a second in step `step` (from 0), evaluations and pauses excluded. NaN where no time passed.
 * @param duration seconds of training that the step took
 */
export function stepRate(step: number, duration: number, shape: RunShape): number {
  const images = imagesOfBatch(Math.floor(step / shape.stepsPerBatch), shape) / shape.stepsPerBatch
  return duration > 0 ? images / duration : NaN
}
