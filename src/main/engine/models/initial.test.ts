import { expect, it } from 'vitest'
import { Random } from '../../../shared/random/philox'
import { lecunNormal, truncatedNormal } from './initial'

const deviation = (values: Float32Array): number => {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
}

it('LeCun normal has the variance 1/fan-in after its cut', () => {
  const values = lecunNormal(64)(new Random(1, 0), 40_000)
  expect(deviation(values) * 8).toBeCloseTo(1, 1.7)
  const cut = 2 / 0.87962566103423978 / 8
  expect(Math.max(...values)).toBeLessThanOrEqual(Math.fround(cut))
  expect(Math.max(...values)).toBeGreaterThan(0.99 * cut)
})

it('a truncated normal of standard deviation 1 is cut at 2', () => {
  const values = truncatedNormal(1)(new Random(2, 0), 40_000)
  expect(deviation(values)).toBeCloseTo(0.8796, 1.7)
  expect(Math.max(...values)).toBeLessThanOrEqual(2)
})
