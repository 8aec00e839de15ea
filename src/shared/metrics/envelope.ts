import { LabError } from '../errors'

export interface EnvelopeOptions {
  /** Range of x to draw, both ends included; null: the data's own first and last. */
  readonly from?: number | null
  readonly to?: number | null
  /** Most points to return: two (lowest, highest) for each of points / 2 pixel columns. */
  readonly points: number
  /** Columns of equal width in log x, for a logarithmic axis; x ≤ 0 is then left out. */
  readonly logX?: boolean
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
  const { total, indices } = extremes(x, y, axis, Math.floor(options.points / 2))
  const kept = total <= options.points ? all(x, y, axis) : indices
  return {
    x: Float64Array.from(kept, (i) => x[i]!),
    y: Float64Array.from(kept, (i) => y[i]!),
    total,
    drawn: kept.length,
  }
}

interface Axis {
  /** Range of x to take points from. */
  readonly from: number
  readonly to: number
  /** Range of x that the pixel columns divide. */
  readonly left: number
  readonly right: number
  readonly log: boolean
}

function axisOf(x: ArrayLike<number>, { from, to, logX = false }: EnvelopeOptions): Axis {
  // A logarithmic axis has no 0: the smallest double stands in.
  const lowest = Math.max(from ?? -Infinity, logX ? Number.MIN_VALUE : -Infinity)
  let first = 0
  while (first < x.length && !(x[first]! >= lowest)) first++
  const left = from == null ? (x[first] ?? NaN) : lowest
  return { from: lowest, to: to ?? Infinity, left, right: to ?? x[x.length - 1] ?? NaN, log: logX }
}

/** A finite point of the range. x − x is 0 for finite numbers and NaN for others; cheaper than isFinite, a million times. */
const isInside = (at: number, value: number, { from, to }: Axis): boolean =>
  at >= from && at <= to && at - at === 0 && value - value === 0

/** Indices of all points inside. */
function all(x: ArrayLike<number>, y: ArrayLike<number>, axis: Axis): number[] {
  const indices: number[] = []
  for (let i = 0; i < y.length; i++) if (isInside(x[i]!, y[i]!, axis)) indices.push(i)
  return indices
}

/** How many points are inside, and of each column the lowest and the highest, in the data's order. */
function extremes(x: ArrayLike<number>, y: ArrayLike<number>, axis: Axis, columns: number) {
  const left = axis.log ? Math.log(axis.left) : axis.left
  const perUnit = columns / ((axis.log ? Math.log(axis.right) : axis.right) - left)
  const lowest = new Int32Array(columns).fill(-1)
  const highest = new Int32Array(columns).fill(-1)
  let total = 0
  for (let i = 0; i < y.length; i++) {
    const at = x[i]!
    const value = y[i]!
    if (!isInside(at, value, axis)) continue
    total++
    const position = ((axis.log ? Math.log(at) : at) - left) * perUnit
    // The right end belongs to the last column; with all points at one x, 0 · ∞ = NaN goes to the first.
    const column = position >= columns ? columns - 1 : position > 0 ? Math.floor(position) : 0
    if (lowest[column]! < 0 || value < y[lowest[column]!]!) lowest[column] = i
    if (highest[column]! < 0 || value > y[highest[column]!]!) highest[column] = i
  }
  const indices: number[] = []
  for (let column = 0; column < columns; column++) {
    const [low, high] = [lowest[column]!, highest[column]!]
    if (low >= 0) indices.push(Math.min(low, high))
    if (low !== high) indices.push(Math.max(low, high))
  }
  return { total, indices }
}
