/**
 * Student's t distribution, from the regularized incomplete beta function. Written here, not taken from a package: what
 * there is either has no types or brings dozens of packages for these few lines.
 */

/** Lanczos' coefficients for g = 7 (P. Godfrey, 2001): about 15 digits. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const

/** Natural logarithm of the gamma function of x > 0. C. Lanczos, SIAM J. Numer. Anal. B 1 (1964) 86–96. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const [first, ...others] = LANCZOS
  const series = others.reduce((sum, coefficient, i) => sum + coefficient / (x + i), first as number)
  const t = x + 6.5
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series)
}

/**
 * Regularized incomplete beta function I_x(a, b) for 0 ≤ x ≤ 1 and a, b > 0.
 * DLMF 8.17.22 (the continued fraction) and 8.17.4 (the symmetry that keeps it quick).
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  if (x > (a + 1) / (a + b + 2)) return 1 - (front * betaFraction(1 - x, b, a)) / b
  return (front * betaFraction(x, a, b)) / a
}

/** Terms after which the fraction has long settled, even for a, b in the millions. */
const MOST_TERMS = 10_000

/** The continued fraction of I_x(a, b), by Lentz's method (W. Lentz, Appl. Opt. 15 (1976) 668). */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number): number => (Math.abs(value) < 1e-300 ? 1e-300 : value)
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    let step = 1
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d)
      c = away(1 + term / c)
      step = c * d
      fraction *= step
    }
    if (Math.abs(step - 1) < 1e-15) break
  }
  return fraction
}

/** P(T > t) for t ≥ 0: whichever form does not subtract nearly equal numbers. */
function upperTail(t: number, df: number): number {
  const square = t * t
  if (square < df) return 0.5 * (1 - incompleteBeta(square / (df + square), 0.5, df / 2))
  return 0.5 * incompleteBeta(df / (df + square), df / 2, 0.5)
}

/**
 * P(T ≤ t) of Student's t with `df` > 0 degrees of freedom. Abramowitz and Stegun 26.7.1.
 */
export const studentTCdf = (t: number, df: number): number => (t < 0 ? upperTail(-t, df) : 1 - upperTail(t, df))

/** P(|T| ≥ |t|): the two-sided p value, exact far into the tail. */
export const studentTTwoSided = (t: number, df: number): number => Math.min(1, 2 * upperTail(Math.abs(t), df))

/**
 * The t with P(T ≤ t) = p, by bisection to the last bit.
 * @param p 0 < p < 1
 */
export function studentTQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`A quantile needs a share between 0 and 1, not ${p}.`)
  if (p === 0.5) return 0
  const tail = Math.min(p, 1 - p)
  let [low, high] = [0, 1]
  while (upperTail(high, df) > tail) [low, high] = [high, 2 * high]
  for (;;) {
    const middle = low + (high - low) / 2
    if (middle === low || middle === high) break
    if (upperTail(middle, df) > tail) low = middle
    else high = middle
  }
  return p < 0.5 ? -high : high
}
