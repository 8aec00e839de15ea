import { LabError } from '../errors'

/** Most smoothing allowed: at 1 a curve would never move. */
export const LARGEST_SMOOTHING = 0.999
/** wandb's: spacing is counted in thousandths of the x range, so smoothing does not depend on how many points there are. */
const VIEWPORT_SCALE = 1000

/**
 * Exponential moving average without the bias towards its start.
 * Without `x` each point weighs the ones before it by `smoothing` (TensorBoard's form); with `x` by
 * √smoothing^(1000·Δx / range of x), wandb's time-weighted average, which unevenly spaced points do not distort.
 * Kept as mean ← mean + (y − mean) / weight, equal to Σ wᵢyᵢ / Σ wᵢ, so that a constant stays exactly constant.
 * A value that is not finite stays as it is and does not enter the average.
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
  if (!(smoothing >= 0 && smoothing <= LARGEST_SMOOTHING)) {
    throw new LabError('bad-input', `Smoothing is ${smoothing}; it must be from 0 to ${LARGEST_SMOOTHING}.`)
  }
  if (x && x.length !== y.length) {
    throw new LabError('bad-input', `A curve has ${y.length} values but ${x.length} positions.`)
  }
  const smoothed = new Float64Array(y.length)
  const decay = x ? spacingDecay(x, smoothing) : () => smoothing
  let mean = 0
  let weight = 0
  let previous = 0
  for (let i = 0; i < y.length; i++) {
    const value = y[i]!
    if (!Number.isFinite(value)) {
      smoothed[i] = value
      continue
    }
    weight = weight === 0 ? 1 : weight * decay(previous, i) + 1
    mean += (value - mean) / weight
    smoothed[i] = mean
    previous = i
  }
  return smoothed
}

/** Weight that the past keeps between points i and j. */
function spacingDecay(x: ArrayLike<number>, smoothing: number): (i: number, j: number) => number {
  const range = x.length > 0 ? x[x.length - 1]! - x[0]! : 0
  const perUnit = Math.sqrt(smoothing)
  if (!(range > 0)) return () => 1
  // A clock set back must not make the past weigh more than it did.
  return (i, j) => Math.pow(perUnit, (Math.max(0, x[j]! - x[i]!) / range) * VIEWPORT_SCALE)
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
