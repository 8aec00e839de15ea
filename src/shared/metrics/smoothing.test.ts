import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LabError } from '../errors'
import { debiasedEma, Ema, movingAverage } from './smoothing'

/** Without −0, which averages to 0. */
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((v) => v + 0)
const values = fc.array(value, { maxLength: 60 })
const smoothing = fc.double({ min: 0, max: 0.999, noNaN: true })
/** Ascending positions beside values. */
const curve = fc.array(fc.tuple(value, fc.double({ min: 0, max: 10, noNaN: true })), { maxLength: 60 }).map((pairs) => {
  let at = 0
  return { y: pairs.map(([y]) => y), x: pairs.map(([, step]) => (at += step)) }
})

describe('the de-biased EMA', () => {
  it('is the weighted mean Σ sⁿ⁻ⁱ yᵢ / Σ sⁿ⁻ⁱ of its points', () => {
    fc.assert(
      fc.property(values, smoothing, (y, s) => {
        debiasedEma(y, s).forEach((smoothed, n) => {
          let [sum, weight] = [0, 0]
          for (let i = 0; i <= n; i++) {
            sum += s ** (n - i) * y[i]!
            weight += s ** (n - i)
          }
          expect(smoothed).toBeCloseTo(sum / weight, 5)
        })
      }),
    )
  })

  it('over x weighs by wandb’s spacing: √s to the power of thousandths of the range', () => {
    const [y, x, s] = [[1, 5, 2], [0, 1, 1000], 0.81]
    const first = 0.9 ** 1
    const second = 0.9 ** 999
    const expected = [1, (first * 1 + 5) / (first + 1), (second * (first * 1 + 5) + 2) / (second * (first + 1) + 1)]
    expect([...debiasedEma(y, s, x)]).toEqual(expected.map((v) => expect.closeTo(v, 12)))
  })

  it('keeps a constant exactly', () => {
    fc.assert(
      fc.property(value, curve, smoothing, (level, { x }, s) => {
        const constant = x.map(() => level)
        expect([...debiasedEma(constant, s)]).toEqual(constant)
        expect([...debiasedEma(constant, s, x)]).toEqual(constant)
      }),
    )
  })

  it('stays between the lowest and the highest value', () => {
    fc.assert(
      fc.property(curve, smoothing, ({ x, y }, s) => {
        for (const smoothed of [...debiasedEma(y, s), ...debiasedEma(y, s, x)]) {
          expect(smoothed).toBeGreaterThanOrEqual(Math.min(...y) - 1e-6)
          expect(smoothed).toBeLessThanOrEqual(Math.max(...y) + 1e-6)
        }
      }),
    )
  })

  it('does nothing at 0, and leaves what is not finite where it is', () => {
    expect([...debiasedEma([3, 1, 2], 0)]).toEqual([3, 1, 2])
    expect([...debiasedEma([1, NaN, 1, Infinity, 1], 0.9)]).toEqual([1, NaN, 1, Infinity, 1])
  })

  it('does not depend on how finely a curve is sampled in x', () => {
    const at = (n: number) => {
      const x = Array.from({ length: n + 1 }, (_, i) => i / n)
      return debiasedEma(x.map(Math.sin), 0.98, x).at(-1)!
    }
    expect(at(20_000)).toBeCloseTo(at(5_000), 2)
  })

  it('goes on from where it was, to the bit, wherever it is cut', () => {
    fc.assert(
      fc.property(curve, smoothing, fc.nat(60), ({ x, y }, s, cut) => {
        const range = (x.at(-1) ?? 0) - (x[0] ?? 0)
        const first = new Ema(s, range)
        const before = y.slice(0, cut).map((value, i) => first.next(value, x[i]))
        const second = new Ema(s, range, first.state)
        const after = y.slice(cut).map((value, i) => second.next(value, x[cut + i]))
        expect([...before, ...after]).toEqual([...debiasedEma(y, s, x)])
      }),
    )
  })

  it.each([-0.1, 1, 1.5, NaN])('refuses a smoothing of %d', (s) => {
    expect(() => debiasedEma([1], s)).toThrow(LabError)
  })

  it('refuses positions that do not fit', () => {
    expect(() => debiasedEma([1, 2], 0.5, [1])).toThrow('2 values but 1 positions')
  })
})

describe('the moving average', () => {
  it.each(['trailing', 'centred'] as const)('%s is the plain mean of each window', (placement) => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 12 }), (y, window) => {
        const ahead = placement === 'trailing' ? 0 : Math.floor((window - 1) / 2)
        movingAverage(y, window, placement).forEach((average, i) => {
          const inside = y.slice(Math.max(0, i + ahead + 1 - window), i + ahead + 1)
          expect(average).toBeCloseTo(inside.reduce((sum, v) => sum + v, 0) / inside.length, 5)
        })
      }),
    )
  })

  it('lies around its value: one more before than after when even', () => {
    expect([...movingAverage([0, 0, 6, 0, 0], 3, 'centred')]).toEqual([0, 2, 2, 2, 0])
    expect([...movingAverage([0, 0, 0, 8, 0, 0, 0], 4, 'centred')]).toEqual([0, 0, 2, 2, 2, 2, 0])
    expect([...movingAverage([0, 0, 6, 0, 0], 3, 'trailing')]).toEqual([0, 0, 2, 2, 2])
  })

  it('keeps a constant exactly and passes over what is not finite', () => {
    expect([...movingAverage(new Array(50).fill(0.1), 7, 'centred')]).toEqual(new Array(50).fill(0.1))
    expect([...movingAverage([NaN, 2, NaN, 4, NaN, NaN], 2, 'trailing')]).toEqual([NaN, 2, 2, 4, 4, NaN])
  })

  it.each([0, 1.5, NaN])('refuses a window of %d', (window) => {
    expect(() => movingAverage([1], window, 'centred')).toThrow(LabError)
  })
})
