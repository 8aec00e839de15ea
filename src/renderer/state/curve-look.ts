import { LARGEST_SMOOTHING } from '../../shared/metrics/smoothing'
import { curveAxes, type CurveAxis } from '../../shared/metrics/step-axis'
import { isWhole, whole, type Range } from './zoom'

/** How curves are looked at; kept over a restart. */
export interface CurveLook {
  readonly axis: CurveAxis
  readonly smoothing: number
  readonly logX: boolean
  readonly logY: boolean
  /** The lowest and highest hundredth of the values may lie outside of the chart. */
  readonly hideOutliers: boolean
  /** Lines that are not shown, as 'loss.raw'. */
  readonly hidden: readonly string[]
}

export const defaultLook: CurveLook = {
  axis: 'batch',
  smoothing: 0.9,
  logX: false,
  logY: true,
  hideOutliers: false,
  hidden: ['loss.published.raw'],
}

const record = (kept: unknown): Record<string, unknown> =>
  typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {}
const flag = (kept: unknown, otherwise: boolean): boolean => (typeof kept === 'boolean' ? kept : otherwise)
const numberOrNull = (kept: unknown): number | null => (typeof kept === 'number' && Number.isFinite(kept) ? kept : null)

/** Reads a kept look; what is not valid has its default. */
export function readCurveLook(kept: unknown): CurveLook {
  const look = record(kept)
  const smoothing = numberOrNull(look['smoothing'])
  const hidden = look['hidden']
  return {
    axis: curveAxes.find((axis) => axis === look['axis']) ?? defaultLook.axis,
    smoothing:
      smoothing !== null && smoothing >= 0 && smoothing <= LARGEST_SMOOTHING ? smoothing : defaultLook.smoothing,
    logX: flag(look['logX'], defaultLook.logX),
    logY: flag(look['logY'], defaultLook.logY),
    hideOutliers: flag(look['hideOutliers'], defaultLook.hideOutliers),
    hidden: Array.isArray(hidden) ? hidden.filter((key) => typeof key === 'string') : defaultLook.hidden,
  }
}

/** Ranges are kept for so many runs, the newest. */
const KEPT_RANGES = 50

/** A run's range on one axis. */
type KeptRange = readonly [run: string, axis: CurveAxis, from: number | null, to: number | null]

function keptRanges(kept: unknown): KeptRange[] {
  if (!Array.isArray(kept)) return []
  return kept.flatMap((entry: unknown): KeptRange[] => {
    const [run, axis, from, to] = Array.isArray(entry) ? (entry as unknown[]) : []
    const known = curveAxes.find((name) => name === axis)
    return typeof run === 'string' && known ? [[run, known, numberOrNull(from), numberOrNull(to)]] : []
  })
}

/** The range that is kept of a run on an axis; the whole one where none is, or it is empty. */
export function readRange(kept: unknown, run: string, axis: CurveAxis): Range {
  const [, , from = null, to = null] = keptRanges(kept).find((entry) => entry[0] === run && entry[1] === axis) ?? []
  return from !== null && to !== null && from >= to ? whole : { from, to }
}

/** What is kept once a run's range on an axis is another one. */
export function keepRange(kept: unknown, run: string, axis: CurveAxis, range: Range): readonly KeptRange[] {
  const others = keptRanges(kept).filter((entry) => entry[0] !== run || entry[1] !== axis)
  return isWhole(range) ? others : [...others, [run, axis, range.from, range.to] as const].slice(-KEPT_RANGES)
}
