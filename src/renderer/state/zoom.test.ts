import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isWhole, panned, rangeBetween, scaleOf, shareAt, valueAtShare, whole, zoomed, type Scale } from './zoom'

const LEAST = 1e-6
const full: Scale = { from: 0, to: 1000, log: false }
const fullLog: Scale = { from: 1, to: 1000, log: true }

describe('a scale', () => {
  it('leads from values to shares and back, linear and logarithmic', () => {
    const scales = fc.record({
      from: fc.double({ min: 0.01, max: 10, noNaN: true }),
      to: fc.double({ min: 11, max: 1e6, noNaN: true }),
      log: fc.boolean(),
    })
    fc.assert(
      fc.property(scales, fc.double({ min: -0.5, max: 1.5, noNaN: true }), (scale, share) => {
        expect(shareAt(scale, valueAtShare(scale, share))).toBeCloseTo(share, 6)
      }),
    )
    expect(valueAtShare(fullLog, 1 / 3)).toBeCloseTo(10)
  })

  it('of the whole range is the data’s extent; a logarithmic one begins above 0', () => {
    const extent = { first: 0, last: 1000 }
    expect(scaleOf(whole, extent, false)).toEqual({ from: 0, to: 1000, log: false })
    expect(scaleOf(whole, { first: 2, last: 1000 }, true)).toEqual({ from: 2, to: 1000, log: true })
    expect(scaleOf(whole, extent, true).from).toBeGreaterThan(0)
    expect(scaleOf({ from: 5, to: null }, extent, false)).toEqual({ from: 5, to: 1000, log: false })
  })
})

describe('zooming', () => {
  it('keeps what lies under the pointer where it is', () => {
    const range = zoomed(full, 0.5, 0.25, full, LEAST)
    expect(range).toEqual({ from: 125, to: 625 })
    expect(shareAt(scaleOf(range, { first: 0, last: 1000 }, false), 250)).toBeCloseTo(0.25)
  })

  it('in equal ratios on a logarithmic axis', () => {
    const { from, to } = zoomed(fullLog, 1 / 3, 0.5, fullLog, LEAST)
    expect([from, to]).toEqual([expect.closeTo(10), expect.closeTo(100)])
  })

  it('out past the ends is everything, and follows the data as it grows', () => {
    const range = zoomed({ from: 400, to: 600, log: false }, 100, 0.5, full, LEAST)
    expect(isWhole(range)).toBe(true)
  })

  it('at the right end follows it, at the left end begins with the data', () => {
    expect(zoomed(full, 0.5, 1, full, LEAST)).toEqual({ from: 500, to: null })
    expect(zoomed(full, 0.5, 0, full, LEAST)).toEqual({ from: null, to: 500 })
  })

  it('in stops at the least width, around the same place', () => {
    let scale = full
    for (let i = 0; i < 200; i++) {
      const { from, to } = zoomed(scale, 0.5, 0.5, full, 0.01)
      scale = { from: from!, to: to!, log: false }
    }
    expect(scale.to - scale.from).toBeCloseTo(10)
    expect((scale.from + scale.to) / 2).toBeCloseTo(500)
  })

  it('to a selection takes its ends in either order', () => {
    expect(rangeBetween(full, 0.7, 0.2, full, LEAST)).toEqual({ from: 200, to: 700 })
  })
})

describe('panning', () => {
  it('moves by a part of what is seen and stops at the ends with the same width', () => {
    const scale = { from: 400, to: 600, log: false }
    expect(panned(scale, 0.5, full, LEAST)).toEqual({ from: 500, to: 700 })
    expect(panned(scale, 5, full, LEAST)).toEqual({ from: 800, to: null })
    expect(panned(scale, -5, full, LEAST)).toEqual({ from: null, to: expect.closeTo(200) })
  })

  it('keeps the ratio on a logarithmic axis', () => {
    const { from, to } = panned({ from: 2, to: 20, log: true }, 0.5, fullLog, LEAST)
    expect(to! / from!).toBeCloseTo(10)
  })
})
