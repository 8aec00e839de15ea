import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { DrawQueue } from './draw-queue'

let frames: (() => void)[] = []

beforeEach(() => {
  vi.useFakeTimers()
  frames = []
  vi.stubGlobal('requestAnimationFrame', (work: () => void) => frames.push(work))
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

/** Lets time pass in frames of 20 ms. */
function pass(ms: number): void {
  for (let left = ms; left > 0; left -= 20) {
    vi.advanceTimersByTime(20)
    for (const work of frames.splice(0)) work()
  }
}

it('draws one chart a frame while steps come, each at most once in its interval', () => {
  const queue = new DrawQueue()
  const charts = ['a', 'b', 'c'].map((name) => ({ name }))
  const drawn: string[] = []
  const ask = (): void => charts.forEach((chart) => queue.ask(chart, () => void drawn.push(chart.name), 100))
  ask()
  pass(20)
  expect(drawn).toEqual(['a'])
  pass(40)
  expect(drawn).toEqual(['a', 'b', 'c'])
  for (let i = 0; i < 5; i++) {
    ask()
    pass(20)
  }
  expect(drawn.filter((name) => name === 'a')).toHaveLength(2)
})

it('draws all that a hand moves in one frame, as long as that is short', () => {
  const queue = new DrawQueue()
  const drawn: string[] = []
  const take = (name: string, ms: number) => (): void => {
    drawn.push(name)
    vi.advanceTimersByTime(ms)
  }
  queue.ask({}, take('a', 3), 0)
  queue.ask({}, take('b', 6), 0)
  queue.ask({}, take('c', 1), 0)
  pass(20)
  expect(drawn).toEqual(['a', 'b'])
  pass(20)
  expect(drawn).toEqual(['a', 'b', 'c'])
})

it('forgets a chart that is gone', () => {
  const queue = new DrawQueue()
  const chart = {}
  const draw = vi.fn()
  queue.ask(chart, draw, 0)
  queue.forget(chart)
  pass(40)
  expect(draw).not.toHaveBeenCalled()
})
