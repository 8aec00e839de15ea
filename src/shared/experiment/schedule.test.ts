import { describe, expect, it } from 'vitest'
import { presetConfiguration, presets } from './presets'
import { learningRate } from './schedule'

const training = (name: string) => presetConfiguration(presets.find((preset) => preset.name === name)!).training
const mnist = { ...training('hrm-mnist'), learningRate: 1, epochs: 2 }
const cifar = { ...training('hrm-cifar10'), learningRate: 1, epochs: 3 }

describe('cosine, as published', () => {
  it('counts optimizer steps, so that M of 2 ends it after half of the batches, and holds 0', () => {
    const run = { batchesPerEpoch: 10, stepsPerBatch: 2 }
    expect(learningRate(mnist, run, 0, 0)).toBe(1)
    expect(learningRate(mnist, run, 2, 1)).toBeCloseTo((1 + Math.cos(Math.PI / 4)) / 2, 12)
    expect(learningRate(mnist, run, 5, 0)).toBeCloseTo(0.5, 12)
    expect(learningRate(mnist, run, 10, 0)).toBe(0)
    expect(learningRate(mnist, run, 19, 1)).toBe(0)
  })
})

describe('per batch', () => {
  it('gives all segments of a batch one rate and ends with the last batch', () => {
    const perBatch = { ...mnist, schedule: { ...mnist.schedule, counts: 'batch' as const } }
    const run = { batchesPerEpoch: 10, stepsPerBatch: 2 }
    expect(learningRate(perBatch, run, 10, 0)).toBeCloseTo(0.5, 12)
    expect(learningRate(perBatch, run, 10, 1)).toBe(learningRate(perBatch, run, 10, 0))
  })
})

describe('warm-up, cosine, floor', () => {
  const run = { batchesPerEpoch: 10, stepsPerBatch: 1 }
  it('rises from 0 to the rate over one epoch', () => {
    expect(learningRate(cifar, run, 0, 0)).toBe(0)
    expect(learningRate(cifar, run, 5, 0)).toBeCloseTo(0.5, 12)
    expect(learningRate(cifar, run, 10, 0)).toBe(1)
  })
  it('ends a little above the floor, and reaches it past the end', () => {
    const last = learningRate(cifar, run, 29, 0)
    expect(last).toBeGreaterThan(0.2)
    expect(last).toBeCloseTo(0.2 + 0.4 * (1 + Math.cos((Math.PI * 19) / 30)), 12)
    expect(learningRate(cifar, run, 40, 0)).toBeCloseTo(0.2, 12)
    expect(learningRate(cifar, run, 400, 0)).toBeCloseTo(0.2, 12)
  })
  it('without warm-up begins at the rate', () => {
    const none = { ...cifar, schedule: { ...cifar.schedule, warmupEpochs: 0 } }
    expect(learningRate(none, run, 0, 0)).toBe(1)
  })
})
