import { LabError } from '../errors'
import { scanExtremes, type ExtremesIndex } from './extremes'

export interface EnvelopeOptions {
  /** Range of x to draw, both ends included; null: the data's own first and last. */
  readonly from?: number | null
  readonly to?: number | null
  /** Most points to return: two (lowest, highest) for each of points / 2 pixel columns. */
  readonly points: number
  /** Columns of equal width in log x, for a logarithmic axis; x ≤ 0 is then left out. */
  readonly logX?: boolean
  /** Of y, grown to its length: a long curve is then read by blocks. */
  readonly index?: ExtremesIndex
}

/** A curve thinned for drawing. Joining its points draws every peak and dip of the full curve. */
export interface Envelope {
  /** float64 [drawn], by column, in the data's order inside one. */
  readonly x: Float64Array
  readonly y: Float64Array
  /** Finite values inside the range; `drawn` of them are returned. */
  readonly total: number
  readonly drawn: number
}

/**
 * The lowest and highest value of each pixel column, as points of the data itself; all points when they fit.
 * Values that are not finite are left out.
 * @param x positions, ascending
 * @param y values, as many
 * @throws LabError 'bad-input' when lengths differ or points < 2
 */
export function envelope(x: ArrayLike<number>, y: ArrayLike<number>, options: EnvelopeOptions): Envelope {
  if (x.length !== y.length) {
    throw new LabError('bad-input', `A curve has ${y.length} values but ${x.length} positions.`)
  }
  if (!Number.isInteger(options.points) || options.points < 2) {
    throw new LabError('bad-input', `An envelope of ${options.points} points was asked for; it must be at least 2.`)
  }
  const axis = axisOf(x, options)
  const { total, indices } = extremes(x, y, axis, { columns: Math.floor(options.points / 2), index: options.index })
  const kept = total <= options.points ? all(y, axis) : indices
  return {
    x: Float64Array.from(kept, (i) => x[i]!),
    y: Float64Array.from(kept, (i) => y[i]!),
    total,
    drawn: kept.length,
  }
}

interface Axis {
  /** Indices of the points in the range: first (inclusive) to end (exclusive). */
  readonly first: number
  readonly end: number
  /** Range of x that the pixel columns divide. */
  readonly left: number
  readonly right: number
  readonly log: boolean
}

function axisOf(x: ArrayLike<number>, { from, to, logX = false }: EnvelopeOptions): Axis {
  // A logarithmic axis has no 0: the smallest double stands in.
  const lowest = Math.max(from ?? -Infinity, logX ? Number.MIN_VALUE : -Infinity)
  const first = firstWhere(0, x.length, (i) => x[i]! >= lowest)
  const end = to == null ? x.length : firstWhere(first, x.length, (i) => x[i]! > to)
  const left = from == null ? (x[first] ?? NaN) : lowest
  return { first, end, left, right: to ?? x[x.length - 1] ?? NaN, log: logX }
}

/** First index from … to (exclusive) where the test holds, which must hold from there on; `to` where it never does. */
function firstWhere(from: number, to: number, holds: (i: number) => boolean): number {
  let [low, high] = [from, to]
  while (low < high) {
    const middle = (low + high) >> 1
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/** Indices of all finite values inside. */
function all(y: ArrayLike<number>, { first, end }: Axis): number[] {
  const indices: number[] = []
  for (let i = first; i < end; i++) if (Number.isFinite(y[i])) indices.push(i)
  return indices
}

/**
 * How many points are inside, and of each column the lowest and the highest, in the data's order. Since x ascends, a
 * column's points lie together: where it ends is searched for, and only y is looked at point by point.
 */
function extremes(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  axis: Axis,
  { columns, index }: { columns: number; index: ExtremesIndex | undefined },
) {
  const left = axis.log ? Math.log(axis.left) : axis.left
  const perUnit = columns / ((axis.log ? Math.log(axis.right) : axis.right) - left)
  const columnOf = (i: number): number => {
    const position = ((axis.log ? Math.log(x[i]!) : x[i]!) - left) * perUnit
    // The right end belongs to the last column; with all points at one x, 0 · ∞ = NaN goes to the first.
    return position >= columns ? columns - 1 : position > 0 ? Math.floor(position) : 0
  }
  const indices: number[] = []
  let total = 0
  for (let from = axis.first; from < axis.end;) {
    const column = columnOf(from)
    const to = firstWhere(from + 1, axis.end, (i) => columnOf(i) > column)
    const { low, high, finite } = index ? index.within(y, from, to) : scanExtremes(y, from, to)
    total += finite
    if (low >= 0) indices.push(Math.min(low, high))
    if (low !== high) indices.push(Math.max(low, high))
    from = to
  }
  return { total, indices }
}
