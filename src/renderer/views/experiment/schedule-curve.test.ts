import { expect, it } from 'vitest'
import type { Configuration } from '../../../shared/experiment/configuration'
import { withValue } from '../../../shared/experiment/paths'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { scheduleCurve } from './schedule-curve'

const configuration = (name: string): Configuration => presetConfiguration(presets.find((p) => p.name === name)!)

it('shows both countings of an HRM over all its batches', () => {
  const curve = scheduleCurve(configuration('hrm-mnist'), 60_000)
  expect(curve.batches).toBe(3 * 469)
  expect(curve.epochMarks).toEqual([469, 938])
  expect(curve.points[0]).toEqual([0, 1e-3])
  const half = (points: readonly (readonly [number, number])[]) =>
    points.find(([batch]) => batch >= curve.batches / 2)![1]
  expect(half(curve.points)).toBeCloseTo(0, 8)
  expect(half(curve.other!)).toBeCloseTo(5e-4, 5)
  expect(curve.points.at(-1)![0]).toBe(curve.batches - 1)
  expect(curve.description).toMatch(/2 times sooner/)
  const counted = scheduleCurve(withValue(configuration('hrm-mnist'), 'training.schedule.counts', 'batch'), 60_000)
  expect(counted.points).toEqual(curve.other)
  expect(counted.other).toEqual(curve.points)
})

it('has one curve where a batch is one step', () => {
  const curve = scheduleCurve(configuration('cnn-cifar10'), 50_000)
  expect(curve.other).toBeNull()
  expect(curve.last).toBeGreaterThan(0.2 * 3e-4)
  expect(curve.description).toMatch(/rises to 0.0003 over 1 of 25 epochs/)
})

it('draws few points of a long run and all of a short one', () => {
  const long = withValue(configuration('hrm-mnist'), 'training.epochs', 1000)
  expect(scheduleCurve(long, 60_000).points.length).toBeLessThan(500)
  expect(scheduleCurve(long, 60_000).epochMarks).toEqual([])
  const one = withValue(withValue(configuration('hrm-mnist'), 'training.trainLimit', 5), 'training.epochs', 1)
  expect(scheduleCurve(one, 60_000)).toMatchObject({ batches: 1, points: [[0, 1e-3]] })
})
