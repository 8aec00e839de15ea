import { LabError } from '../errors'

/** Most smoothing allowed: at 1 a curve would never move. */
export const LARGEST_SMOOTHING = 0.999
/** wandb's: spacing is counted in thousandths of the x range, so smoothing does not depend on how many points there are. */
const VIEWPORT_SCALE = 1000

/** Where a moving average is: what it takes to go on with it. */
export interface EmaState {
  /** The average so far, and the weight of what is in it. */
  readonly mean: number
  readonly weight: number
  /** Position of the last value in it. */
  readonly x: number
}

/**
 * Exponential moving average without the bias towards its start, value by value, so that it can go on where it was.
 * Over x a value weighs those before it by √smoothing^(1000·Δx / range), wandb's time-weighted average, which unevenly
 * spaced points do not distort; without a range by `smoothing` (TensorBoard's form).
 * Kept as mean ← mean + (y − mean) / weight, equal to Σ wᵢyᵢ / Σ wᵢ, so that a constant stays exactly constant.
 * A value that is not finite stays as it is and does not enter the average.
 */
export class Ema {
  readonly #perPoint: number
  readonly #perUnit: number
  readonly #range: number | null
  #mean: number
  #weight: number
  #x: number
  /** The newest spacing and its weight: evenly spaced points need one power. */
  #spacing = 0
  #decay = 1

  /**
   * @param smoothing 0 (none) to 0.999
   * @param range what the spacing is measured by, last x − first x; null: evenly spaced
   * @param state of an average to go on with
   * @throws LabError 'bad-input' when smoothing is out of range
   */
  constructor(smoothing: number, range: number | null, state: EmaState | null = null) {
    if (!(smoothing >= 0 && smoothing <= LARGEST_SMOOTHING)) {
      throw new LabError('bad-input', `Smoothing is ${smoothing}; it must be from 0 to ${LARGEST_SMOOTHING}.`)
    }
    this.#perPoint = smoothing
    this.#perUnit = Math.sqrt(smoothing)
    this.#range = range
    this.#mean = state?.mean ?? 0
    this.#weight = state?.weight ?? 0
    this.#x = state?.x ?? 0
  }

  /** What it takes to go on from here; null before the first finite value. */
  get state(): EmaState | null {
    return this.#weight === 0 ? null : { mean: this.#mean, weight: this.#weight, x: this.#x }
  }

  /** Takes the next value, at `x` (not before the last one). @returns the average there */
  next(value: number, x = 0): number {
    if (value - value !== 0) return value
    this.#weight = this.#weight === 0 ? 1 : this.#weight * this.#pastWeight(x) + 1
    this.#mean += (value - this.#mean) / this.#weight
    this.#x = x
    return this.#mean
  }

  /** The averages at all of `values`, at positions `x`; float64 [values.length]. */
  all(values: ArrayLike<number>, x: ArrayLike<number>): Float64Array<ArrayBuffer> {
    const averages = new Float64Array(values.length)
    for (let i = 0; i < values.length; i++) averages[i] = this.next(values[i]!, x[i]!)
    return averages
  }

  /** What is left of the weight of the past at `x`. */
  #pastWeight(x: number): number {
    if (this.#range === null) return this.#perPoint
    if (!(this.#range > 0)) return 1
    // A clock set back must not make the past weigh more than it did.
    const spacing = Math.max(0, x - this.#x)
    if (spacing !== this.#spacing) {
      this.#spacing = spacing
      this.#decay = Math.pow(this.#perUnit, (spacing / this.#range) * VIEWPORT_SCALE)
    }
    return this.#decay
  }
}

/**
 * {@link Ema} of a whole curve, spacing measured by the curve's own range of x.
 * @param y values in order of x
 * @param smoothing 0 (none) to 0.999
 * @param x positions of the values, ascending; null: evenly spaced
 * @returns float64 [y.length]
 * @throws LabError 'bad-input' when smoothing is out of range or x and y differ in length
 */
export function debiasedEma(
  y: ArrayLike<number>,
  smoothing: number,
  x: ArrayLike<number> | null = null,
): Float64Array<ArrayBuffer> {
  if (x && x.length !== y.length) {
    throw new LabError('bad-input', `A curve has ${y.length} values but ${x.length} positions.`)
  }
  const ema = new Ema(smoothing, x && (x.length > 0 ? x[x.length - 1]! - x[0]! : 0))
  const smoothed = new Float64Array(y.length)
  for (let i = 0; i < y.length; i++) smoothed[i] = ema.next(y[i]!, x ? x[i]! : 0)
  return smoothed
}

/**
 * Mean of the finite values in a window; at the ends the window is cut, not padded. NaN where it holds none.
 * @param window number of values, ≥ 1
 * @param placement trailing: the window ends at the value; centred: it lies around it (one more before than after when even)
 * @returns float64 [y.length]
 * @throws LabError 'bad-input' when the window is not a whole number ≥ 1
 */
export function movingAverage(
  y: ArrayLike<number>,
  window: number,
  placement: 'trailing' | 'centred',
): Float64Array<ArrayBuffer> {
  if (!Number.isInteger(window) || window < 1) {
    throw new LabError('bad-input', `A moving average’s window is ${window}; it must be a whole number of at least 1.`)
  }
  const { sums, counts, origin } = prefixSums(y)
  const ahead = placement === 'trailing' ? 0 : Math.floor((window - 1) / 2)
  const averages = new Float64Array(y.length)
  for (let i = 0; i < y.length; i++) {
    const end = Math.min(y.length, i + ahead + 1)
    const start = Math.max(0, i + ahead + 1 - window)
    const count = counts[end]! - counts[start]!
    averages[i] = count === 0 ? NaN : origin + (sums[end]! - sums[start]!) / count
  }
  return averages
}

/** Running sums of the finite values, taken from the first of them: a constant sums to exactly 0. */
function prefixSums(y: ArrayLike<number>) {
  const sums = new Float64Array(y.length + 1)
  const counts = new Uint32Array(y.length + 1)
  let origin = NaN
  for (let i = 0; i < y.length; i++) {
    const value = y[i]!
    const finite = Number.isFinite(value)
    if (finite && Number.isNaN(origin)) origin = value
    sums[i + 1] = sums[i]! + (finite ? value - origin : 0)
    counts[i + 1] = counts[i]! + (finite ? 1 : 0)
  }
  return { sums, counts, origin }
}
