import { LabError } from '../errors'
import { studentTQuantile, studentTTwoSided } from './student-t'

/** What the paired t test says of a − b. */
export interface PairedT {
  /** Pairs. */
  readonly n: number
  readonly mean: number
  /** Sample standard deviation (n − 1) of the differences. */
  readonly sd: number
  /** Of the mean difference, with the confidence asked for. */
  readonly low: number
  readonly high: number
  readonly df: number
  /** null where all differences are equal: there is no spread to measure the mean by. */
  readonly t: number | null
  /** Two-sided; null where t is. */
  readonly p: number | null
}

/**
 * Student's t test of paired numbers, and a confidence interval of their mean difference: it assumes that the differences are
 * about normal. Student, Biometrika 6 (1908) 1–25.
 * @param confidence of the interval
 * @returns null of fewer than two pairs: one difference has no spread
 * @throws LabError 'bad-input' when the lists do not fit or hold something that is no number
 */
export function pairedT(a: readonly number[], b: readonly number[], confidence = 0.95): PairedT | null {
  if (a.length !== b.length) throw new LabError('bad-input', `${a.length} and ${b.length} numbers are no pairs.`)
  const differences = a.map((value, i) => value - b[i]!)
  if (!differences.every(Number.isFinite)) throw new LabError('bad-input', 'A pair holds something that is no number.')
  const n = differences.length
  if (n < 2) return null
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / n
  const sd = Math.sqrt(differences.reduce((sum, difference) => sum + (difference - mean) ** 2, 0) / (n - 1))
  const df = n - 1
  const error = sd / Math.sqrt(n)
  // Rounding alone makes a spread of this size: it is none.
  const size = Math.max(...a.map(Math.abs), ...b.map(Math.abs))
  if (sd <= 8 * Number.EPSILON * size) return { n, mean, sd: 0, low: mean, high: mean, df, t: null, p: null }
  const reach = studentTQuantile(0.5 + confidence / 2, df) * error
  const t = mean / error
  return { n, mean, sd, low: mean - reach, high: mean + reach, df, t, p: studentTTwoSided(t, df) }
}
