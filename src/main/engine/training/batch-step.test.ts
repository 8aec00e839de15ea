import { describe, expect, it } from 'vitest'
import { measure } from './batch-step'

describe('measure', () => {
  const probabilities = Float32Array.from([0.5, 0.25, 0.25, 0.125, 0.125, 0.75])

  it('is mean cross-entropy and accuracy', () => {
    const { loss, accuracy } = measure(probabilities, [0, 1], 0)
    expect(loss).toBeCloseTo((Math.log(2) + Math.log(8)) / 2, 12)
    expect(accuracy).toBe(0.5)
  })

  it('smooths the target', () => {
    const { loss } = measure(probabilities.subarray(0, 3), [0], 0.3)
    expect(loss).toBeCloseTo(0.8 * Math.log(2) + 2 * 0.1 * Math.log(4), 12)
  })

  it('stays finite where float32 has rounded a probability to 0', () => {
    expect(measure(Float32Array.from([1, 0]), [1], 0).loss).toBeCloseTo(149 * Math.LN2, 10)
  })
})
