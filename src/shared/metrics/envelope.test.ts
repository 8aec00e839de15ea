import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LabError } from '../errors'
import { envelope } from './envelope'

/** A curve with ascending x ≥ 0 and some values that are not finite. */
const curve = fc
  .array(
    fc.tuple(
      fc.double({ min: 0, max: 5, noNaN: true }),
      fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -50, max: 50 }) }, fc.constantFrom(NaN, Infinity)),
    ),
    { maxLength: 200 },
  )
  .map((pairs) => {
    let at = 0
    return { x: pairs.map(([step]) => (at += step)), y: pairs.map(([, y]) => y) }
  })

interface Point {
  readonly x: number
  readonly y: number
}

/** The same by collecting every column's points. */
function naive(x: number[], y: number[], points: number, from: number, to: number): Point[] {
  const inside = x.map((at, i) => ({ x: at, y: y[i]! })).filter((p) => p.x >= from && p.x <= to && Number.isFinite(p.y))
  if (inside.length <= points) return inside
  const columns = Math.floor(points / 2)
  return Array.from({ length: columns }, (_, column) => {
    const own = inside.filter((p) => {
      const position = Math.floor((p.x - from) * (columns / (to - from)))
      return Math.max(0, Math.min(columns - 1, Number.isNaN(position) ? 0 : position)) === column
    })
    const low = own.find((p) => p.y === Math.min(...own.map((q) => q.y)))
    const high = own.find((p) => p.y === Math.max(...own.map((q) => q.y)))
    return own.filter((p) => p === low || p === high)
  }).flat()
}

const pointsOf = (result: { x: Float64Array; y: Float64Array }): Point[] =>
  Array.from(result.x, (x, i) => ({ x, y: result.y[i]! }))

describe('the envelope', () => {
  it('is the lowest and highest point of each column, as a naive computation finds them', () => {
    fc.assert(
      fc.property(
        curve,
        fc.integer({ min: 2, max: 60 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (c, points, cut) => {
          const last = c.x.at(-1) ?? 0
          const [from, to] = [last * cut * 0.5, last]
          const result = envelope(c.x, c.y, { from, to, points })
          expect(pointsOf(result)).toEqual(naive(c.x, c.y, points, from, to))
          expect(result.drawn).toBe(result.x.length)
          expect(result.total).toBe(naive(c.x, c.y, Infinity, from, to).length)
        },
      ),
    )
  })

  it('never loses the lowest or highest value, nor returns more points than asked for', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: 2, max: 60 }), fc.boolean(), ({ x, y }, points, logX) => {
        const result = envelope(x, y, { points, logX })
        const finite = y.filter((value, i) => Number.isFinite(value) && (!logX || x[i]! > 0))
        expect(result.drawn).toBeLessThanOrEqual(points)
        expect(Math.max(...result.y)).toBe(Math.max(...finite))
        expect(Math.min(...result.y)).toBe(Math.min(...finite))
      }),
    )
  })

  it('returns every point when they fit', () => {
    expect(envelope([1, 2, 3], [5, NaN, 6], { points: 2 })).toEqual({
      x: Float64Array.of(1, 3),
      y: Float64Array.of(5, 6),
      total: 2,
      drawn: 2,
    })
  })

  it('divides a logarithmic axis into columns of equal ratio', () => {
    const x = Array.from({ length: 10_000 }, (_, i) => i + 0.5)
    const result = envelope(x, x, { from: 1, to: 10_000, points: 8, logX: true })
    expect([...result.x]).toEqual([1.5, 9.5, 10.5, 99.5, 100.5, 999.5, 1000.5, 9999.5])
    expect(result.total).toBe(9_999)
  })

  it('puts all points of one x into one column', () => {
    expect(pointsOf(envelope([3, 3, 3, 3], [1, 9, -2, 4], { points: 2 }))).toEqual([
      { x: 3, y: 9 },
      { x: 3, y: -2 },
    ])
  })

  it('refuses what cannot be drawn', () => {
    expect(() => envelope([1], [1, 2], { points: 10 })).toThrow(LabError)
    expect(() => envelope([1], [1], { points: 1 })).toThrow(LabError)
  })
})
