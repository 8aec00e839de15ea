import { describe, expect, it } from 'vitest'
import { evaluatedBatches, Pace } from './pace'

const at = (epoch: number, batch: number, phase: 'training' | 'evaluating' = 'training') => ({
  kind: 'progress' as const,
  ...{ epoch, epochs: 2, batch, batches: phase === 'training' ? 10 : 3, phase },
  ...{ imagesPerSecond: 1, residentBytes: 1, tensors: 1 },
})
const none = { each: 0, last: 0, size: 1 }

describe('Pace', () => {
  it('knows nothing before a batch was measured, then what the batches so far took', () => {
    const pace = new Pace(none)
    expect(pace.secondsLeft(at(0, 2), 1000)).toBeNull()
    expect(pace.secondsLeft(at(0, 6), 3000)).toBeCloseTo(7, 9) // 4 batches in 2 s; 14 left
    expect(pace.secondsLeft(at(0, 1, 'evaluating'), 5000)).toBeCloseTo(5, 9) // 10 left
    expect(pace.secondsLeft(at(1, 10), 20_000)).toBeCloseTo(0, 9)
  })

  it('counts evaluations before the first one was measured, and as measured after it', () => {
    const pace = new Pace({ each: 6, last: 12, size: 1 })
    pace.secondsLeft(at(0, 0), 0)
    // 15 batches of 3 s left, 18 evaluated ones of 1 s.
    expect(pace.secondsLeft(at(0, 5), 15_000)).toBeCloseTo(45 + 18, 9)
    pace.secondsLeft(at(0, 10), 30_000)
    // 10 batches of 3 s; 5 + 12 of the evaluations.
    expect(pace.secondsLeft(at(0, 1, 'evaluating'), 31_000)).toBeCloseTo(30 + 17, 9)
    expect(pace.secondsLeft(at(0, 3, 'evaluating'), 35_000)).toBeCloseTo(30 + 15 * 2, 9)
    // The second part: three of the epoch's six are done.
    expect(pace.secondsLeft(at(0, 1, 'evaluating'), 36_000)).toBeCloseTo(30 + 14 * 2, 9)
    expect(pace.secondsLeft(at(1, 0), 42_000)).toBeCloseTo(30 + 12 * 2, 9)
    pace.secondsLeft(at(1, 10), 72_000)
    expect(pace.secondsLeft(at(1, 3, 'evaluating'), 80_000)).toBeCloseTo(9 * 2, 9)
  })

  it('is not misled by an evaluation that comes first, as after a resume', () => {
    const pace = new Pace(none)
    expect(pace.secondsLeft(at(0, 1, 'evaluating'), 0)).toBeNull()
    expect(pace.secondsLeft(at(0, 2, 'evaluating'), 1000)).toBeNull()
    expect(pace.secondsLeft(at(1, 0), 2000)).toBeNull()
    expect(pace.secondsLeft(at(1, 5), 3000)).toBeCloseTo(1, 9)
  })

  it('follows a machine that has become slower, and forgets what was before', () => {
    const pace = new Pace(none)
    const left = (batch: number, seconds: number): number =>
      pace.secondsLeft({ ...at(1, batch), batches: 9999 }, 1000 * seconds)!
    left(0, 0)
    expect(left(600, 600)).toBeCloseTo(9399, 9) // A second each.
    // Three seconds each, for five minutes, then for half an hour.
    expect(left(700, 900) / 9299).toBeGreaterThan(1.3)
    expect(left(1300, 2700) / 8699).toBeGreaterThan(2.9)
  })

  it('leaves out the time that the machine slept', () => {
    const pace = new Pace(none)
    const left = (batch: number, seconds: number): number =>
      pace.secondsLeft({ ...at(1, batch), batches: 9999 }, 1000 * seconds)!
    left(0, 0)
    left(100, 100)
    expect(left(101, 30_000)).toBeCloseTo(9898, 9)
    expect(left(102, 30_001)).toBeCloseTo(9897, 9)
    // One that stays so slow has not slept.
    left(103, 40_000)
    expect(left(104, 50_000)).toBeGreaterThan(1e6)
  })

  it('reckons with larger batches in evaluation than in training', () => {
    const pace = new Pace({ each: 6, last: 6, size: 4 })
    pace.secondsLeft(at(1, 0), 0)
    expect(pace.secondsLeft(at(1, 5), 15_000)).toBeCloseTo(15 + 6 * 4, 9)
  })

  it('knows what a run evaluates', () => {
    const part = (count: number) => ({ offset: 0, count })
    const parts = { train: part(1000), validation: part(90), test: part(300) }
    // Small batches are evaluated 128 images at once.
    expect(evaluatedBatches({ parts }, { batch: 32, finalTrainEvaluation: true })).toEqual({
      each: 4,
      last: 12,
      size: 4,
    })
    expect(evaluatedBatches({ parts }, { batch: 256, finalTrainEvaluation: false })).toEqual({
      each: 3,
      last: 3,
      size: 1,
    })
  })
})
