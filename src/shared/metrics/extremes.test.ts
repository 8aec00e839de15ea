import fc from 'fast-check'
import { expect, it } from 'vitest'
import { ExtremesIndex, scanExtremes } from './extremes'

const column = fc.array(
  fc.oneof({ weight: 8, arbitrary: fc.integer({ min: -9, max: 9 }) }, fc.constantFrom(NaN, Infinity)),
  {
    minLength: 0,
    maxLength: 900,
    size: 'max',
  },
)

it('finds the first lowest and highest finite value, and how many there are', () => {
  expect(scanExtremes([3, NaN, 1, 7, 1, 7, Infinity], 0, 7)).toEqual({ low: 2, high: 3, finite: 5 })
  expect(scanExtremes([NaN, -Infinity], 0, 2)).toEqual({ low: -1, high: -1, finite: 0 })
})

it('by blocks gives the same as value by value, for any range, also while the column grows', () => {
  fc.assert(
    fc.property(column, fc.nat(900), fc.nat(900), fc.nat(900), (y, cut, a, b) => {
      const index = new ExtremesIndex()
      index.grow(y.slice(0, cut))
      index.grow(y)
      const [from, to] = [Math.min(a, b, y.length), Math.min(Math.max(a, b), y.length)]
      expect(index.within(y, from, to)).toEqual(scanExtremes(y, from, to))
    }),
  )
})
