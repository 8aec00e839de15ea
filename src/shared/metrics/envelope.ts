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
  const inside = measure(x, y, options)
  const indices = inside.total <= options.points ? all(x, y, inside) : extremes(x, y, inside, options)
  return {
    x: Float64Array.from(indices, (i) => x[i]!),
    y: Float64Array.from(indices, (i) => y[i]!),
    total: inside.total,
    drawn: indices.length,
  }
}

/** The range asked for and what lies in it. */
interface Inside {
  /** Range of x to take points from. */
  readonly from: number
  readonly to: number
  /** Range of x that the pixel columns divide. */
  readonly left: number
  readonly right: number
  readonly total: number
}

/** A finite point of the range. x − x is 0 for finite numbers and NaN for others; cheaper than isFinite, a million times. */
const isInside = (at: number, value: number, { from, to }: Pick<Inside, 'from' | 'to'>): boolean =>
  at >= from && at <= to && at - at === 0 && value - value === 0

function measure(x: ArrayLike<number>, y: ArrayLike<number>, options: EnvelopeOptions): Inside {
  // A logarithmic axis has no 0: the smallest double stands in.
  const from = Math.max(options.from ?? -Infinity, options.logX ? Number.MIN_VALUE : -Infinity)
  const range = { from, to: options.to ?? Infinity }
  let [total, low, high] = [0, Infinity, -Infinity]
  for (let i = 0; i < y.length; i++) {
    const at = x[i]!
    if (!isInside(at, y[i]!, range)) continue
    total++
    if (at < low) low = at
    if (at > high) high = at
  }
  return { ...range, left: options.from == null ? low : from, right: options.to ?? high, total }
}

/** Indices of all points inside. */
function all(x: ArrayLike<number>, y: ArrayLike<number>, inside: Inside): number[] {
  const indices: number[] = []
  for (let i = 0; i < y.length; i++) if (isInside(x[i]!, y[i]!, inside)) indices.push(i)
  return indices
}

/** Indices of the lowest and highest point of each of points / 2 columns, in the data's order inside a column. */
function extremes(x: ArrayLike<number>, y: ArrayLike<number>, inside: Inside, options: EnvelopeOptions): number[] {
  const columns = Math.floor(options.points / 2)
  const { logX = false } = options
  const left = logX ? Math.log(inside.left) : inside.left
  const perUnit = columns / ((logX ? Math.log(inside.right) : inside.right) - left)
  const lowest = new Int32Array(columns).fill(-1)
  const highest = new Int32Array(columns).fill(-1)
  for (let i = 0; i < y.length; i++) {
    const at = x[i]!
    const value = y[i]!
    if (!isInside(at, value, inside)) continue
    const position = ((logX ? Math.log(at) : at) - left) * perUnit
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
  return indices
}
