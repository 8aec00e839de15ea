import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LabError } from '../errors'
import { bestValue, topKAccuracy } from './statistics'

describe('the best value', () => {
  const values = [0.5, NaN, 0.9, 0.9, 0.1].map((value, epoch) => ({ epoch, value }))
  it('comes with its epoch, the earliest of equals', () => {
    expect(bestValue(values, 'max')).toEqual({ value: 0.9, epoch: 2 })
    expect(bestValue(values, 'min')).toEqual({ value: 0.1, epoch: 4 })
  })
  it('is none where there is no number', () => {
    expect(bestValue([], 'max')).toBeNull()
    expect(bestValue([{ epoch: 0, value: NaN }], 'max')).toBeNull()
  })
})

describe('top-k accuracy', () => {
  const image = fc.record({ scores: fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9), fc.nat(9)), label: fc.nat(3) })
  it('counts an image when its class is among the first k of the sorted ones', () => {
    fc.assert(
      fc.property(fc.array(image, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 4 }), (images, k) => {
        const right = images.filter(({ scores, label }) => {
          const order = [0, 1, 2, 3].sort((a, b) => scores[b]! - scores[a]! || a - b)
          return order.indexOf(label) < k
        })
        const labels = images.map((i) => i.label)
        const probabilities = images.flatMap((i) => i.scores)
        expect(topKAccuracy(probabilities, labels, 4, k)).toBe(right.length / images.length)
      }),
    )
  })
  it('refuses what does not fit', () => {
    expect(() => topKAccuracy([1, 0, 0], [0], 2, 1)).toThrow(LabError)
    expect(() => topKAccuracy([1, 0], [0], 2, 3)).toThrow(LabError)
  })
})
