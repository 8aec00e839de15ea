import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ImageInsideView, SegmentScoresView } from '../../shared/contract/inside'
import { FakeClient } from '../transport/fake'
import { InsideImage } from './inside-image.svelte'
import { InsideSegments } from './inside-segments.svelte'
import { Lab } from './lab.svelte'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('InsideImage', () => {
  const seenAt = (image: number): ImageInsideView => ({
    ...{ checkpoint: { step: 1, epoch: 1 }, image, label: 0, classNames: ['a'] },
    inside: { kind: 'class-map', classes: 1, probabilities: [1], rows: 1, columns: 1, maps: [0] },
  })

  it('shows the newest image whatever comes late, and asks once for a hand that walks', async () => {
    const answers: ((image: number) => void)[] = []
    const client = new FakeClient({
      'inside.image': () => new Promise((resolve) => answers.push((image) => resolve(seenAt(image)))),
    })
    const inside = new InsideImage(new Lab(client))
    const show = (index: number): void => inside.show({ run: 'a', part: 'test', index })
    show(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(inside.asking).toBe(true)
    for (const index of [2, 3, 4]) show(index)
    await vi.advanceTimersByTimeAsync(50)
    expect(client.asked.map(({ args }) => (args as { index: number }).index)).toEqual([1, 4])
    answers[1]!(4)
    await vi.advanceTimersByTimeAsync(1)
    answers[0]!(1)
    await vi.advanceTimersByTimeAsync(1)
    expect([inside.seen?.image, inside.asking]).toEqual([4, false])
  })

  it('tells why it cannot look, and asks again when told to', async () => {
    const client = new FakeClient()
    const inside = new InsideImage(new Lab(client))
    inside.show({ run: 'a', part: 'test', index: 0 })
    await vi.advanceTimersByTimeAsync(1)
    expect(inside.problem?.message).toContain('inside.image')
    client.answers['inside.image'] = () => seenAt(7)
    inside.retry()
    await vi.advanceTimersByTimeAsync(1000)
    expect([inside.seen?.image, inside.problem]).toEqual([7, null])
  })
})

describe('InsideSegments', () => {
  it('follows its own run while it is computed', async () => {
    let scored = 0
    const scores = (): SegmentScoresView => ({
      ...{ checkpoint: { step: 1, epoch: 1 }, images: 9, scored, segments: [], trained: 1, evaluated: 1 },
      ...{ going: false, stopping: false, secondsLeft: null, problem: null },
    })
    const client = new FakeClient({
      ...{ 'inside.segments': scores, 'inside.score': () => null, 'inside.stop': () => null },
    })
    const lab = new Lab(client)
    const heard: (() => void)[] = []
    lab.onEvent = (listener) => {
      const tell = (id: string) => () => listener({ kind: 'inside', id })
      heard.push(tell('a'), tell('b'))
      return () => undefined
    }
    const inside = new InsideSegments(lab, 'a')
    const stop = inside.start()
    await vi.advanceTimersByTimeAsync(1)
    expect(inside.scores?.scored).toBe(0)
    inside.compute()
    scored = 5
    heard[1]!()
    await vi.advanceTimersByTimeAsync(1)
    expect(inside.scores?.scored).toBe(0)
    heard[0]!()
    await vi.advanceTimersByTimeAsync(1)
    expect(inside.scores?.scored).toBe(5)
    inside.stop()
    stop()
    expect(client.asked.map(({ name }) => name)).toContain('inside.stop')
  })
})
