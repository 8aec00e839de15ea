import { describe, expect, it } from 'vitest'
import { heatEnd, heatPixels } from './heat'
import { linearScale, logScale } from './line-scale'
import { scoreRows, scoresSummary } from './segment-rows'

describe('linearScale', () => {
  it('goes around the values in steps of 1, 2 or 5', () => {
    const scale = linearScale([0.741, 0.978])
    expect(scale.ticks).toEqual([0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1])
    expect(scale.at(0.85)).toBeCloseTo(0.5)
  })

  it('has a length where all values are equal, or there are none', () => {
    for (const values of [[0.98, 0.98], [1, 1], [0], []]) {
      const { from, to, ticks } = linearScale(values)
      expect(to).toBeGreaterThan(from)
      expect(ticks.length).toBeGreaterThan(1)
      expect(values.every((value) => value >= from && value <= to)).toBe(true)
    }
  })
})

describe('logScale', () => {
  it('goes around the positive values, and labels powers of ten alone where there are many', () => {
    const wide = logScale([1.3, 0.002, 0])
    expect([wide.from, wide.to]).toEqual([0.002, 2])
    expect(wide.ticks).toEqual([0.01, 0.1, 1])
    expect(logScale([0.3, 0.06]).ticks).toEqual([0.05, 0.1, 0.2, 0.5])
    expect(wide.at(wide.from)).toBe(0)
    expect(wide.at(wide.to)).toBe(1)
  })

  it('has a length where all values are equal, or none is positive', () => {
    for (const values of [[0.5], [0], []]) expect(logScale(values).to).toBeGreaterThan(logScale(values).from)
  })
})

describe('heat', () => {
  it('is darkest at 0 and brightest at the largest value, or clear at 0 with one hue either way', () => {
    const pixels = heatPixels([0, 2], 'sequential')
    expect(pixels[0]! + pixels[1]!).toBeLessThan(pixels[4]! + pixels[5]!)
    expect([pixels[3], pixels[7]]).toEqual([184, 184])
    const both = heatPixels([-1, 0, 2], 'diverging')
    expect([both[3], both[7], both[11]]).toEqual([92, 0, 184])
    expect(both[2]!).toBeGreaterThan(both[0]!)
    expect(both[8]!).toBeGreaterThan(both[10]!)
    expect([heatEnd([-3, 1], 'diverging'), heatEnd([0, 0], 'sequential')]).toEqual([3, 1])
  })
})

describe('scores by segment', () => {
  const scores = {
    ...{ checkpoint: { step: 1, epoch: 1 }, images: 1000, trained: 1, evaluated: 2 },
    segments: [
      { correct: 50, loss: 1 },
      { correct: 90, loss: null },
    ],
    ...{ going: false, stopping: false, secondsLeft: null, problem: null },
  }

  it('have the standard error of a share, none once all images are scored', () => {
    const [first] = scoreRows({ ...scores, scored: 100 })
    expect(first!.accuracy).toBe(0.5)
    expect(first!.error).toBeCloseTo(Math.sqrt(0.0025 * (900 / 999)), 12)
    expect(scoreRows({ ...scores, images: 100, scored: 100 }).map(({ error }) => error)).toEqual([0, 0])
  })

  it('are told in a sentence', () => {
    expect(scoresSummary({ ...scores, scored: 100 })).toBe(
      'Over 100 test images: 50.0 % after segment 1, 90.0 % after segment 2 (as evaluated), 90.0 % after segment 2; best 90.0 % after segment 2.',
    )
  })
})
