import { describe, expect, it } from 'vitest'
import { Pace } from './pace'

const at = (epoch: number, batch: number, phase: 'training' | 'evaluating' = 'training') => ({
  kind: 'progress' as const,
  ...{ epoch, epochs: 2, batch, batches: phase === 'training' ? 10 : 3, phase },
  ...{ imagesPerSecond: 1, residentBytes: 1, tensors: 1 },
})

describe('Pace', () => {
  it('knows nothing before a batch was measured, then what the batches so far took', () => {
    const pace = new Pace()
    expect(pace.secondsLeft(at(0, 2), 1000)).toBeNull()
    expect(pace.secondsLeft(at(0, 6), 3000)).toBe(7) // 4 batches in 2 s; 14 left
    expect(pace.secondsLeft(at(0, 1, 'evaluating'), 5000)).toBe(5) // 8 in 4 s; 10 left
    expect(pace.secondsLeft(at(1, 10), 20_000)).toBe(0)
  })

  it('is not misled by an evaluation that comes first, as after a resume', () => {
    const pace = new Pace()
    expect(pace.secondsLeft(at(0, 1, 'evaluating'), 0)).toBeNull()
    expect(pace.secondsLeft(at(0, 2, 'evaluating'), 1000)).toBeNull()
    expect(pace.secondsLeft(at(1, 0), 2000)).toBeNull()
    expect(pace.secondsLeft(at(1, 5), 3000)).toBe(1)
  })
})
