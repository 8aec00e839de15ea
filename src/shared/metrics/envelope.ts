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
  const inside = pointsInside(x, y, options)
  const kept = inside.total <= options.points ? inside : extremes(x, y, inside, options)
  return {
    x: Float64Array.from(kept.indices.subarray(0, kept.total), (i) => x[i]!),
    y: Float64Array.from(kept.indices.subarray(0, kept.total), (i) => y[i]!),
    total: inside.total,
    drawn: kept.total,
  }
}

/** Indices of points, of which the first `total` count, and the range of x they were taken from. */
interface Picked {
  readonly indices: Uint32Array
  readonly total: number
}
interface Inside extends Picked {
  readonly low: number
  readonly high: number
}

/** The finite points of the range. */
function pointsInside(x: ArrayLike<number>, y: ArrayLike<number>, options: EnvelopeOptions): Inside {
  const from = options.from ?? -Infinity
  const to = options.to ?? Infinity
  const indices = new Uint32Array(y.length)
  let total = 0
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < y.length; i++) {
    const at = x[i]!
    if (!(at >= from && at <= to) || (options.logX && at <= 0)) continue
    // x − x is 0 for finite numbers and NaN for all others; cheaper than two calls of isFinite a point.
    if (y[i]! - y[i]! !== 0 || at - at !== 0) continue
    indices[total++] = i
    if (at < low) low = at
    if (at > high) high = at
  }
  return { indices, total, low: options.from ?? low, high: options.to ?? high }
}

/** Lowest and highest point of each of points / 2 columns between low and high. */
function extremes(x: ArrayLike<number>, y: ArrayLike<number>, inside: Inside, options: EnvelopeOptions): Picked {
  const columns = Math.floor(options.points / 2)
  const scale = options.logX ? Math.log : (value: number) => value
  // A logarithmic axis cannot begin at or under 0: the smallest double stands in.
  const left = scale(options.logX ? Math.max(inside.low, Number.MIN_VALUE) : inside.low)
  const perUnit = columns / (scale(inside.high) - left)
  const lowest = new Int32Array(columns).fill(-1)
  const highest = new Int32Array(columns).fill(-1)
  for (let k = 0; k < inside.total; k++) {
    const i = inside.indices[k]!
    const position = Math.floor((scale(x[i]!) - left) * perUnit)
    // All points at one x: 0 / 0 → column 0.
    const column = position >= columns ? columns - 1 : position > 0 ? position : 0
    if (lowest[column]! < 0 || y[i]! < y[lowest[column]!]!) lowest[column] = i
    if (highest[column]! < 0 || y[i]! > y[highest[column]!]!) highest[column] = i
  }
  const indices = new Uint32Array(2 * columns)
  let total = 0
  for (let column = 0; column < columns; column++) {
    const a = Math.min(lowest[column]!, highest[column]!)
    const b = Math.max(lowest[column]!, highest[column]!)
    if (a < 0) continue
    indices[total++] = a
    if (b !== a) indices[total++] = b
  }
  return { indices, total }
}
