import { expect, it } from 'vitest'
import { workByFrame } from '../../bench/window/frames'

const task = (ts: number, dur: number, tid = 1) => ({ name: 'RunTask', ph: 'X', pid: 1, tid, ts, dur, tdur: dur / 2 })
const frame = (ts: number, tid = 1) => ({ name: 'BeginMainThreadFrame', ph: 'I', pid: 1, tid, ts })

it('sums the tasks of the page’s main thread from one frame to the next, the last left out', () => {
  const events = [
    ...[task(0, 500), frame(1100), task(1000, 3000), task(5000, 1000)],
    ...[frame(17_100), task(17_000, 2000), frame(33_000), task(33_000, 9000)],
    ...[task(1500, 90_000, 2), frame(1500, 2)],
  ]
  expect(workByFrame(events)).toEqual([
    { wall: 4, processor: 2 },
    { wall: 2, processor: 1 },
  ])
})
