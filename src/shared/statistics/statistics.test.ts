import { describe, expect, it } from 'vitest'
import { LabError } from '../errors'
import { Random } from '../random/philox'
import { exactMcNemar } from './mcnemar'
import { pairedT } from './paired-t'
import { agreement, wilsonInterval } from './shares'
import { incompleteBeta, logGamma, studentTCdf, studentTQuantile, studentTTwoSided } from './student-t'

/** Draws many cases, the same each time. */
const cases = <Case>(seed: number, make: (random: Random) => Case, count = 300): Case[] => {
  const random = new Random(seed)
  return Array.from({ length: count }, () => make(random))
}

describe('the gamma and beta functions', () => {
  it('fit factorials and closed forms', () => {
    let factorial = 1
    for (let n = 1; n < 20; n++) {
      expect(logGamma(n + 1)).toBeCloseTo(Math.log((factorial *= n)), 12)
    }
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13)
    // I_x(a, 1) = x^a; I_x(1, b) = 1 − (1 − x)^b; I_½(a, a) = ½.
    for (const [x, a] of cases(1, (r) => [r.uniform(), 0.1 + 20 * r.uniform()] as const)) {
      expect(incompleteBeta(x, a, 1)).toBeCloseTo(x ** a, 12)
      expect(incompleteBeta(x, 1, a)).toBeCloseTo(1 - (1 - x) ** a, 12)
      expect(incompleteBeta(0.5, a, a)).toBeCloseTo(0.5, 12)
    }
  })
  it('is the binomial distribution for whole numbers', () => {
    // DLMF 8.17.5: I_x(m, n − m + 1) is the chance of m or more of n.
    expect(incompleteBeta(0.5, 3, 2)).toBeCloseTo(5 / 16, 14)
    expect(incompleteBeta(0.25, 2, 3)).toBeCloseTo(1 - 0.75 ** 4 - 4 * 0.25 * 0.75 ** 3, 14)
  })
})

describe('Student’s t distribution', () => {
  it('has the quantiles of the published tables', () => {
    // NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2, columns 0.95, 0.975, 0.995.
    const rows: readonly (readonly [number, number, number, number])[] = [
      [1, 6.314, 12.706, 63.657],
      [2, 2.92, 4.303, 9.925],
      [4, 2.132, 2.776, 4.604],
      [9, 1.833, 2.262, 3.25],
      [30, 1.697, 2.042, 2.75],
      [100, 1.66, 1.984, 2.626],
    ]
    for (const [df, ...quantiles] of rows)
      [0.95, 0.975, 0.995].forEach((p, i) => {
        expect(studentTQuantile(p, df)).toBeCloseTo(quantiles[i]!, 3)
        expect(studentTQuantile(1 - p, df)).toBeCloseTo(-quantiles[i]!, 3)
      })
  })
  it('fits the closed forms of 1 and 2 degrees of freedom, and the normal distribution at many', () => {
    for (const t of cases(2, (r) => 20 * r.uniform() - 10)) {
      expect(studentTCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 12)
      expect(studentTCdf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 12)
    }
    expect(studentTQuantile(0.975, 1e7)).toBeCloseTo(1.959964, 5)
  })
  it('is symmetric, bounded and rising; its quantile leads back', () => {
    for (const [t, df, step] of cases(3, (r) => [8 * r.normal(), 1 + r.below(60), r.uniform()] as const)) {
      const p = studentTCdf(t, df)
      expect(p + studentTCdf(-t, df)).toBeCloseTo(1, 14)
      expect(p).toBeGreaterThanOrEqual(0)
      expect(studentTCdf(t + step, df)).toBeGreaterThanOrEqual(p)
      expect(studentTTwoSided(t, df)).toBeCloseTo(2 * Math.min(p, 1 - p), 12)
    }
    for (const [p, df] of cases(4, (r) => [0.001 + 0.998 * r.uniform(), 1 + r.below(60)] as const))
      expect(studentTCdf(studentTQuantile(p, df), df)).toBeCloseTo(p, 12)
    expect(() => studentTQuantile(1, 3)).toThrow(RangeError)
  })
})

/** P(X ≤ k) of n tries with probability ½, in whole numbers: nothing is rounded before the end. */
function exactTail(n: number, k: number): number {
  let [term, sum] = [1n, 0n]
  for (let i = 0n; i <= BigInt(k); i++) {
    sum += term
    term = (term * (BigInt(n) - i)) / (i + 1n)
  }
  const scale = 10n ** 40n
  return Number((sum * scale) / 2n ** BigInt(n)) / 1e40
}

describe('McNemar’s exact test', () => {
  it('gives the published results', () => {
    // Approval ratings of a prime minister, asked twice: A. Agresti, Categorical Data Analysis (1990), p. 350.
    expect(exactMcNemar(150, 86)).toMatchObject({ n: 236, p: expect.closeTo(3.716e-5, 8) })
    // Airway hyper-responsiveness before and after transplantation: Fagerland, Lydersen and Laake 2013, table 5.
    const airway = exactMcNemar(1, 7)
    expect(airway.p).toBeCloseTo(0.0703, 4)
    expect(airway.midP).toBeCloseTo(0.0391, 4)
  })
  it('fits the same in whole numbers', () => {
    for (const [a, b] of cases(5, (r) => [r.below(200), r.below(200)] as const)) {
      const { p } = exactMcNemar(a, b)
      expect(p).toBeCloseTo(a === b ? 1 : Math.min(1, 2 * exactTail(a + b, Math.min(a, b))), 12)
    }
  })
  it('is symmetric and bounded; more one-sided is less likely; mid-p is never more', () => {
    for (const [a, b] of cases(6, (r) => [r.below(3000), r.below(3000)] as const)) {
      const test = exactMcNemar(a, b)
      expect(exactMcNemar(b, a)).toEqual({ ...test, onlyA: b, onlyB: a })
      expect(test.p).toBeGreaterThanOrEqual(0)
      expect(test.p).toBeLessThanOrEqual(1)
      expect(test.midP).toBeLessThanOrEqual(test.p)
      if (a > b && b > 0) expect(exactMcNemar(a + 1, b - 1).p).toBeLessThanOrEqual(test.p)
    }
  })
  it('knows the ends, and large counts', () => {
    expect(exactMcNemar(0, 0)).toMatchObject({ n: 0, p: 1 })
    expect(exactMcNemar(0, 1).p).toBe(1)
    expect(exactMcNemar(0, 6).p).toBeCloseTo(2 / 64, 15)
    // Normal approximation with continuity correction: z = 2.4454, p = 0.01447.
    expect(exactMcNemar(30_300, 29_700).p).toBeCloseTo(0.01447, 4)
    expect(exactMcNemar(0, 60_000).p).toBe(0)
    for (const broken of [-1, 0.5, NaN, Infinity]) expect(() => exactMcNemar(broken, 1)).toThrow(LabError)
  })
})

describe('the paired t test', () => {
  it('gives the published result of Student’s sleep data', () => {
    // Student 1908: hours of sleep gained with two drugs; t, p and interval as R's t.test documents them.
    const one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    const two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    const test = pairedT(one, two)!
    expect(test).toMatchObject({ n: 10, df: 9 })
    expect(test.mean).toBeCloseTo(-1.58, 12)
    expect(test.t).toBeCloseTo(-4.0621, 4)
    expect(test.p).toBeCloseTo(0.002833, 6)
    expect(test.low).toBeCloseTo(-2.4598858, 7)
    expect(test.high).toBeCloseTo(-0.7001142, 7)
  })
  const lists = (r: Random): readonly [number[], number[]] => {
    const n = 2 + r.below(12)
    const list = () => Array.from({ length: n }, () => r.normal())
    return [list(), list()]
  }
  it('turns its sign with its sides, and stays when both are moved', () => {
    for (const [a, b] of cases(7, lists)) {
      const [test, turned] = [pairedT(a, b)!, pairedT(b, a)!]
      expect(turned.t).toBeCloseTo(-test.t!, 10)
      expect(turned.p).toBeCloseTo(test.p!, 12)
      expect([turned.low, turned.high]).toEqual([expect.closeTo(-test.high, 10), expect.closeTo(-test.low, 10)])
      const moved = pairedT(
        a.map((x) => x + 5),
        b.map((x) => x + 5),
      )!
      expect(moved.p).toBeCloseTo(test.p!, 8)
    }
  })
  it('has 0 outside its interval exactly when p is below 1 − confidence; more confidence is wider', () => {
    for (const [a, b] of cases(8, lists)) {
      const [test, wide] = [pairedT(a, b)!, pairedT(a, b, 0.99)!]
      expect(test.low > 0 || test.high < 0).toBe(test.p! < 0.05)
      expect(wide.high - wide.low).toBeGreaterThan(test.high - test.low)
    }
  })
  it('says nothing of one pair, and has no t where every pair differs alike', () => {
    expect(pairedT([0.9], [0.8])).toBeNull()
    expect(pairedT([0.91, 0.93, 0.92], [0.9, 0.92, 0.91])).toMatchObject({ t: null, p: null, sd: 0 })
    expect(() => pairedT([1, 2], [1])).toThrow(LabError)
    expect(() => pairedT([1, NaN], [1, 2])).toThrow(LabError)
  })
})

describe('Wilson’s interval', () => {
  it('gives the published results', () => {
    // Newcombe 1998, table I, method 3.
    const published: readonly (readonly [number, number, number, number])[] = [
      [81, 263, 0.2553, 0.3662],
      [15, 148, 0.0624, 0.1605],
      [0, 20, 0, 0.1611],
      [1, 29, 0.0061, 0.1718],
    ]
    for (const [right, images, low, high] of published) {
      const interval = wilsonInterval(right, images)!
      expect(interval.low).toBeCloseTo(low, 4)
      expect(interval.high).toBeCloseTo(high, 4)
    }
  })
  it('holds the share, lies in 0 … 1, mirrors, and narrows with more images', () => {
    for (const [images, draw] of cases(9, (r) => [1 + r.below(500), r.uniform()] as const)) {
      const right = Math.round(images * draw)
      const { low, high } = wilsonInterval(right, images)!
      expect(low).toBeGreaterThanOrEqual(0)
      expect(high).toBeLessThanOrEqual(1)
      expect(low).toBeLessThanOrEqual(right / images)
      expect(high).toBeGreaterThanOrEqual(right / images)
      const mirrored = wilsonInterval(images - right, images)!
      expect(mirrored.low).toBeCloseTo(1 - high, 12)
      const more = wilsonInterval(4 * right, 4 * images)!
      expect(more.high - more.low).toBeLessThan(high - low)
    }
    expect(wilsonInterval(0, 0)).toBeNull()
  })
})

describe('agreement', () => {
  it('gives the published kappa', () => {
    // Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions (3rd ed.), table 18.1: κ = 0.676.
    const counts = [75, 1, 4, 5, 4, 1, 0, 0, 10]
    const a = counts.flatMap((count, cell) => Array<number>(count).fill(Math.floor(cell / 3)))
    const b = counts.flatMap((count, cell) => Array<number>(count).fill(cell % 3))
    const { same, kappa } = agreement(a, b, 3)
    expect(same).toBe(89)
    expect(kappa).toBeCloseTo(0.676, 3)
  })
  it('is symmetric, at most 1, and 1 of equals', () => {
    for (const [a, b] of cases(10, (r) => {
      const list = () => Array.from({ length: 30 }, () => r.below(4))
      return [list(), list()] as const
    })) {
      expect(agreement(a, b, 4)).toEqual(agreement(b, a, 4))
      expect(agreement(a, b, 4).kappa).toBeLessThanOrEqual(1)
      expect(agreement(a, a, 4).kappa).toBeCloseTo(1, 12)
    }
    expect(agreement([1, 1], [1, 1], 2).kappa).toBeNull()
    expect(agreement([], [], 2).kappa).toBeNull()
  })
})
