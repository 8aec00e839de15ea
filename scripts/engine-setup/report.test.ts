import { expect, it } from 'vitest'
import { createReporter, formatBytes, formatSeconds } from './report.mjs'

/** A reporter on a pretended stream and clock. */
function reporter(isTTY: boolean) {
  const written: string[] = []
  const clock = { now: 0 }
  const stream = { isTTY, columns: 80, write: (text: string) => written.push(text) }
  return { ...createReporter(stream, () => clock.now), written, clock }
}

const fetching = (done: number) => ({ step: 'fetch' as const, detail: 'tensorflow 2.21.0', done, total: 100e6 })

it('rewrites one line on a terminal, with bytes, rate and time left', () => {
  const { update, close, written, clock } = reporter(true)
  for (let second = 0; second <= 4; second++) {
    clock.now = second * 1000
    update(fetching(second * 10e6))
  }
  close()
  expect(written.at(-2)).toBe('\r\x1b[2KFetching: 40 % · 40 MB of 100 MB · 10 MB/s · 6 s left · tensorflow 2.21.0')
  expect(written.at(-1)).toBe('\n')
  expect(written.filter((text) => text === '\n')).toHaveLength(1)
})

it('writes plain lines elsewhere: at the start, every few seconds, at the end', () => {
  const { update, written, clock } = reporter(false)
  for (let tenth = 0; tenth <= 120; tenth++) {
    clock.now = tenth * 100
    update(fetching((tenth / 120) * 100e6))
  }
  update(fetching(100e6))
  expect(written).toHaveLength(4)
  expect(written[0]).toBe('Fetching: 0 % · 0 kB of 100 MB · tensorflow 2.21.0\n')
  expect(written[3]).toMatch(/100 % · 100 MB of 100 MB · 8 MB\/s · tensorflow 2\.21\.0\n$/)
  expect(written.join('')).not.toMatch(/[\r\x1b]/) // eslint-disable-line no-control-regex
})

it('begins a new line with a new step', () => {
  const { update, written } = reporter(false)
  update({ step: 'compile', detail: 'with g++', done: null, total: null })
  update({ step: 'self-test', detail: 'multiplying matrices', done: null, total: null })
  expect(written).toEqual(['Compiling the binding: with g++\n', 'Testing the engine: multiplying matrices\n'])
})

it('writes sizes and times as people do', () => {
  expect([999, 273_600_000, 3.379e9].map(formatBytes)).toEqual(['1 kB', '274 MB', '3.38 GB'])
  expect([0.4, 89, 90, 3601].map(formatSeconds)).toEqual(['0 s', '89 s', '1 min 30 s', '60 min 01 s'])
})
