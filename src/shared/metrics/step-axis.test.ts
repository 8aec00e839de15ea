import { describe, expect, it } from 'vitest'
import { imagesOfBatch, stepRate, stepsPerUnit } from './step-axis'

const shape = { stepsPerBatch: 2, batchesPerEpoch: 3, batchImages: 8, epochImages: 20 }

describe('the axes of steps', () => {
  it('count steps, batches of several steps, and epochs', () => {
    expect((['step', 'batch', 'epoch'] as const).map((axis) => stepsPerUnit(axis, shape))).toEqual([1, 2, 6])
  })

  it('know that the last batch of an epoch is smaller', () => {
    expect([0, 1, 2, 3, 5].map((batch) => imagesOfBatch(batch, shape))).toEqual([8, 8, 4, 8, 4])
  })

  it('give images a second: a batch of two steps shares its images between them', () => {
    expect(stepRate(0, 0.5, shape)).toBe(8)
    expect(stepRate(5, 0.5, shape)).toBe(4)
    expect(stepRate(0, 0, shape)).toBeNaN()
  })
})
