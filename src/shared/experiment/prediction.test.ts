import { describe, expect, it } from 'vitest'
import type { Configuration } from './configuration'
import { withValue } from './paths'
import { distance, expectedBatch, expectedLanes, peakMemory, predict, totals } from './prediction'
import { presetConfiguration, presets } from './presets'

const preset = (name: string) => presets.find((p) => p.name === name)!
const parts = { train: 50_000, validation: 0, test: 10_000 }
const GIB = 2 ** 30

// docs/reproduction.md, "Speed": milliseconds a batch, GFLOP/s and share of the product rate, peak memory.
describe.each([
  ['hrm-mnist', 2893, 58.5, 0.45, 2.5],
  ['hrm-cifar10', 9426, 78.2, 0.635, 6.1],
  ['hrm-stem-cifar10', 2102, 59.2, 0.434, 2.2],
  ['cnn-cifar10', 982, 75.2, 0.556, 1.4],
] as const)('%s as it was measured', (name, ms, gflops, share, gib) => {
  const configuration = withValue(presetConfiguration(preset(name)), 'training.mode', 'eager')
  it('takes the time of its batches within 7 %', () => {
    const { trainEpoch } = predict(configuration, preset(name).input, parts, gflops / share, 1)
    expect(trainEpoch / ((ms / 1000) * (50_000 / 128))).toBeGreaterThan(0.93)
    expect(trainEpoch / ((ms / 1000) * (50_000 / 128))).toBeLessThan(1.07)
  })
  it('holds the memory of its peak within 5 %', () => {
    const bytes = peakMemory(configuration, preset(name).input, parts.train, 1)
    expect(bytes / (gib * GIB)).toBeGreaterThan(0.95)
    expect(bytes / (gib * GIB)).toBeLessThan(1.05)
  })
})

// docs/performance.md, "Results": milliseconds a batch at the product's rate, in the faster mode and with bfloat16; peak memory, GB.
describe.each([
  ['hrm-mnist', 2, 202, 1117, 746, 1.18],
  ['hrm-cifar10', 2, 211, 4490, 3107, 1.85],
  ['cnn-cifar10', 1, 210, 364, 210, 0.85],
  // Before lanes.
  ['hrm-mnist', 1, 212, 1200, 838, 1.41],
  ['hrm-cifar10', 1, 212, 4731, 3308, 2.22],
] as const)('%s recorded, lanes: %i', (name, lanes, rate, ms, bfloat16Ms, gigabytes) => {
  const configuration = withValue(presetConfiguration(preset(name)), 'training.mode', 'graph')
  const lower = withValue(configuration, 'training.precision', 'bfloat16')

  it.each([
    ['float32', configuration, ms],
    ['bfloat16', lower, bfloat16Ms],
  ] as const)('takes the time of its batches within 15 % in %s', (_, given, measured) => {
    const seconds = expectedBatch(given, preset(name).input, rate, lanes)
    expect(seconds / (measured / 1000)).toBeGreaterThan(0.85)
    expect(seconds / (measured / 1000)).toBeLessThan(1.15)
    const { trainEpoch } = predict(given, preset(name).input, parts, rate, lanes)
    expect(trainEpoch).toBeCloseTo(seconds * (50_000 / 128), 6)
  })

  it('holds the memory of its peak within 15 %', () => {
    const bytes = peakMemory(configuration, preset(name).input, parts.train, lanes)
    expect(bytes / (gigabytes * 1e9)).toBeGreaterThan(0.85)
    expect(bytes / (gigabytes * 1e9)).toBeLessThan(1.15)
    const left = withValue(configuration, 'training.mode', 'auto')
    // In no lanes it may be compiled.
    if (lanes === 1) expect(peakMemory(left, preset(name).input, parts.train, lanes)).toBeGreaterThan(bytes)
    else expect(peakMemory(left, preset(name).input, parts.train, lanes)).toBe(bytes)
  })
})

// docs/performance.md, "A processor whose bfloat16 is slower": milliseconds a batch in float32 and in bfloat16, whose products were 0.65 times as fast.
it.each([
  ['hrm-mnist', 2, 981, 1636],
  ['cnn-cifar10', 1, 390, 592],
] as const)(
  'expects %s to take longer where bfloat16 products are slower, by a quarter at most too little',
  (name, lanes, ms, lowerMs) => {
    const configuration = withValue(presetConfiguration(preset(name)), 'training.mode', 'graph')
    const lower = withValue(configuration, 'training.precision', 'bfloat16')
    const epoch = (of: Configuration, gain?: number): number =>
      predict(of, preset(name).input, parts, 200, lanes, gain).trainEpoch
    const ratio = epoch(lower, 0.65) / epoch(configuration)
    expect(ratio / (lowerMs / ms)).toBeGreaterThan(0.75)
    expect(ratio / (lowerMs / ms)).toBeLessThan(1.15)
    expect(epoch(lower, 2)).toBeCloseTo(epoch(lower), 6)
    expect(epoch(configuration, 0.65)).toBe(epoch(configuration))
  },
)

it('expects lanes where a run will be in them', () => {
  const cpu = { backend: 'tensorflow', device: 'CPU', threads: 2 } as const
  const lanes = (name: string, change: Record<string, unknown> = {}, images = 50_000) => {
    const start: Configuration = presetConfiguration(preset(name))
    const configuration = Object.entries(change).reduce((tree, [path, value]) => withValue(tree, path, value), start)
    return expectedLanes(configuration, preset(name).input, images, cpu)
  }
  expect(lanes('hrm-mnist')).toBe(2)
  expect(lanes('hrm-mnist', { 'training.mode': 'xla' })).toBe(1)
  expect(lanes('hrm-mnist', { 'training.epochs': 1 }, 10)).toBe(1) // Too little to be recorded.
  expect(lanes('cnn-cifar10')).toBe(1)
})

describe('predict', () => {
  const of = (changes: Record<string, unknown>, name = 'hrm-cifar10') => {
    const start: Configuration = presetConfiguration(preset(name))
    const configuration = Object.entries(changes).reduce((tree, [path, value]) => withValue(tree, path, value), start)
    return predict(configuration, preset(name).input, parts, 100, 1)
  }

  it('grows with images, segments and steps, and falls with the rate', () => {
    const all = of({})
    expect(of({ 'training.trainLimit': 25_000 }).trainEpoch / all.trainEpoch).toBeCloseTo(0.5, 2)
    expect(of({ 'training.trainLimit': 90_000 })).toEqual(all)
    expect(of({ 'model.segmentsTrain': 4 }).trainEpoch / all.trainEpoch).toBeCloseTo(2, 6)
    expect(of({ 'model.segmentsEval': 6 }).evaluateEpoch / all.evaluateEpoch).toBeCloseTo(2, 1)
    expect(of({ 'model.lowSteps': 6 }).trainEpoch).toBeGreaterThan(all.trainEpoch)
  })

  it('adds the passes that are asked for', () => {
    expect(of({})).toMatchObject({ authorEpoch: 0, finalEvaluation: 0 })
    const more = of({ 'training.authorMetrics': true, 'training.finalTrainEvaluation': true })
    expect(more.authorEpoch).toBeGreaterThan(0)
    expect(more.finalEvaluation / more.evaluateEpoch).toBeCloseTo(5, 1)
    const { epoch, run } = totals(more, 25)
    expect(epoch).toBeCloseTo(more.trainEpoch + more.authorEpoch + more.evaluateEpoch, 9)
    expect(run).toBeCloseTo(25 * epoch + more.finalEvaluation, 9)
  })

  it('is not nothing for the smallest model: calling operations takes time', () => {
    const tiny = preset('testing-hrm')
    const { trainEpoch } = predict(
      presetConfiguration(tiny),
      tiny.input,
      { train: 160, validation: 0, test: 0 },
      1e6,
      1,
    )
    expect(trainEpoch / 10).toBeGreaterThan(0.01)
    expect(trainEpoch / 10).toBeLessThan(0.1)
  })
})

describe('peakMemory', () => {
  it('grows with the batch, not with low steps', () => {
    const { input } = preset('hrm-mnist')
    const start: Configuration = presetConfiguration(preset('hrm-mnist'))
    const peak = (configuration: Configuration, lanes = 1) => peakMemory(configuration, input, 60_000, lanes)
    expect(peak(start) / peak(withValue(start, 'training.batch', 64))).toBeGreaterThan(1.3)
    expect(peak(withValue(start, 'model.lowSteps', 30))).toBe(peak(start))
  })

  it('in lanes grows with them, not with the batch', () => {
    const { input } = preset('hrm-mnist')
    const start: Configuration = presetConfiguration(preset('hrm-mnist'))
    const peak = (batch: number, lanes: number) =>
      peakMemory(withValue(start, 'training.batch', batch), input, 60_000, lanes)
    expect(peak(512, 2)).toBe(peak(128, 2))
    expect(peak(512, 8)).toBeGreaterThan(peak(512, 2))
  })
})

it('finds no likeness across families, and the more work differs the less', () => {
  const run = { family: 'hrm', trainFlops: 1e9, batch: 128 }
  expect(distance(run, run)).toBe(0)
  expect(distance(run, { ...run, family: 'cnn' })).toBe(Infinity)
  expect(distance(run, { ...run, trainFlops: 2e9 })).toBeLessThan(distance(run, { ...run, trainFlops: 4e9 }))
  expect(distance(run, { ...run, batch: 64 })).toBeGreaterThan(0)
})
