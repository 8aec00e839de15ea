import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventBatch, LabEvent } from '../../../shared/contract/events'
import { EventBus } from './event-bus'

const progress = (batch: number): LabEvent => ({
  kind: 'run-progress',
  id: 'a',
  phase: 'training',
  epoch: 0,
  epochs: 1,
  batch,
  batches: 9,
  imagesPerSecond: 1,
  residentBytes: 1,
  secondsLeft: null,
})

describe('EventBus', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('sends numbered batches, at most ten a second, keeping the newest state and every step', () => {
    const bus = new EventBus()
    const batches: EventBatch[] = []
    const stop = bus.subscribe((batch) => batches.push(batch))
    const steps = (firstStep: number): LabEvent => ({
      kind: 'run-steps',
      id: 'a',
      steps: {
        firstStep,
        batch: [],
        epoch: [],
        seconds: [],
        wallTime: [],
        loss: [],
        learningRate: [],
        gradientNorm: [],
        accuracy: [],
        authorLoss: [],
      },
    })
    for (const event of [
      progress(1),
      steps(0),
      { kind: 'queue' } as const,
      progress(2),
      steps(1),
      { kind: 'queue' } as const,
    ])
      bus.emit(event)
    expect(batches).toEqual([])
    vi.advanceTimersByTime(100)
    expect(batches).toHaveLength(1)
    expect(batches[0]!.sequence).toBe(1)
    expect(batches[0]!.events).toEqual([steps(0), progress(2), steps(1), { kind: 'queue' }])
    vi.advanceTimersByTime(1000)
    expect(batches).toHaveLength(1)
    bus.emit(progress(3))
    bus.flush()
    expect(batches[1]).toEqual({ sequence: 2, events: [progress(3)] })
    stop()
    bus.emit(progress(4))
    bus.flush()
    expect(batches).toHaveLength(2)
    expect(bus.sequence).toBe(3)
  })

  it('sends the first event after a quiet while almost at once, the next ones a tenth of a second later', () => {
    const bus = new EventBus()
    const sentAt: number[] = []
    const began = performance.now()
    bus.subscribe(() => sentAt.push(performance.now() - began))
    for (let ms = 0; ms < 300; ms += 5) {
      bus.emit(progress(ms))
      vi.advanceTimersByTime(5)
    }
    expect(sentAt).toEqual([10, 110, 210])
    vi.advanceTimersByTime(1000)
    bus.emit(progress(0))
    vi.advanceTimersByTime(10)
    expect(sentAt.at(-1)).toBe(1310)
  })
})
