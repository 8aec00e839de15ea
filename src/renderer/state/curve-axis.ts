import { formatCount, formatDuration } from '../../shared/charts/format'
import { countsSteps, stepsPerUnit, type CurveAxis, type RunShape } from '../../shared/metrics/step-axis'

/** Words for the axes, as a choice names them, and what they count. */
export const axisWords: Readonly<Record<CurveAxis, { readonly name: string; readonly help: string }>> = {
  step: { name: 'Step', help: 'Optimizer steps done.' },
  batch: { name: 'Batch', help: 'Batches done; a batch of a HRM is several steps, one for each segment.' },
  epoch: { name: 'Epoch', help: 'Epochs done.' },
  wallTime: { name: 'Wall time', help: 'The time of day.' },
  seconds: { name: 'Relative time', help: 'Time spent training; pauses and evaluations are left out.' },
}
/** In the order of the choice. */
export const axisOrder = ['step', 'batch', 'epoch', 'wallTime', 'seconds'] as const satisfies readonly CurveAxis[]

/** A place on the axis for people. @param span width of what is seen: how exact it must be */
export function formatPlace(axis: CurveAxis, x: number, span: number): string {
  if (axis === 'wallTime') return formatClock(x, span / 1000)
  if (axis === 'seconds') return formatDuration(x)
  if (axis === 'epoch') return x.toFixed(span < 0.1 ? 4 : 2)
  return Number.isInteger(x) ? formatCount(x) : x.toFixed(2)
}

const DAY = 86_400

function formatClock(at: number, spanSeconds: number): string {
  const date = new Date(at)
  const time = date.toLocaleTimeString([], {
    ...{ hour: '2-digit', minute: '2-digit' },
    ...(spanSeconds < 3600 ? { second: '2-digit' } : {}),
  })
  return spanSeconds < DAY ? time : `${date.toLocaleDateString([], { month: 'short', day: 'numeric' })} ${time}`
}

/** Steps between two labels of time, in seconds: those of a clock. */
const clockSteps = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800],
  ...[1, 2, 3, 6, 12, 24, 48, 96, 168, 336].map((hours) => hours * 3600),
]

/**
 * Labels of a time axis: whole steps of a clock, at most `most` of them.
 * @param axis seconds, or Unix milliseconds, aligned to local time
 */
export function timeTicks(axis: 'seconds' | 'wallTime', from: number, to: number, most: number): number[] {
  const unit = axis === 'wallTime' ? 1000 : 1
  const span = (to - from) / unit
  if (!(span > 0)) return []
  const wanted = span / Math.max(1, most)
  const whole = clockSteps.find((step) => step >= wanted) ?? Math.ceil(wanted / (7 * DAY)) * 7 * DAY
  // Less than a second: plain decimals.
  const step = (wanted < 0.5 ? 10 ** Math.ceil(Math.log10(wanted)) : whole) * unit
  const shift = axis === 'wallTime' ? new Date(from).getTimezoneOffset() * 60_000 : 0
  const ticks: number[] = []
  for (let n = Math.ceil((from - shift) / step); n * step + shift <= to; n++) ticks.push(n * step + shift)
  return ticks
}

/** Where published batches lie on an axis: places of each batch's end, or null where the axis is of time. */
export function publishedPlaces(
  axis: CurveAxis,
  batches: number,
  shape: Pick<RunShape, 'stepsPerBatch' | 'batchesPerEpoch'>,
): Float64Array | null {
  if (!countsSteps(axis)) return null
  const perBatch = shape.stepsPerBatch / stepsPerUnit(axis, { ...shape, batchImages: 0, epochImages: 0 })
  return Float64Array.from({ length: batches }, (_, i) => (i + 1) * perBatch)
}
