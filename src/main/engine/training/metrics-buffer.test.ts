import { describe, expect, it } from 'vitest'
import { MetricsBuffer, type StepRow, Throttle } from './metrics-buffer'

const row = (step: number): StepRow => ({
  batch: step >> 1,
  epoch: 0,
  segment: step & 1,
  seconds: step / 4,
  wallTime: 1.7e12 + step,
  loss: 1 / (step + 1),
  learningRate: 1e-3,
  gradientNorm: 2,
  accuracy: 0.5,
  authorLoss: NaN,
  authorAccuracy: NaN,
})

describe('MetricsBuffer', () => {
  it('hands on each step once, as columns that say where they begin', () => {
    const buffer = new MetricsBuffer(10)
    expect(buffer.take()).toBeNull()
    for (const step of [10, 11, 12]) buffer.add(row(step))
    const first = buffer.take()!
    expect(first.firstStep).toBe(10)
    expect([...first.segment]).toEqual([0, 1, 0])
    expect([...first.wallTime]).toEqual([1.7e12 + 10, 1.7e12 + 11, 1.7e12 + 12])
    buffer.add(row(13))
    expect(buffer.take()!.firstStep).toBe(13)
    expect(buffer.take()).toBeNull()
  })
})

describe('Throttle', () => {
  it('lets through ten a second at most', () => {
    const throttle = new Throttle(100)
    const passed = Array.from({ length: 3000 }, (_, ms) => ms).filter((ms) => throttle.pass(ms))
    expect(passed).toHaveLength(30)
    expect(passed[0]).toBe(0)
  })
})
