import { describe, expect, it } from 'vitest'
import type { Configuration } from '../experiment/configuration'
import { presetConfiguration, presets } from '../experiment/presets'
import { makingRows, valueText } from './differences'
import { groupRuns, type Groupable } from './groups'
import { likenessWarnings, type Comparable } from './likeness'
import { paretoFront } from './pareto'
import { bandOf, spreadCurves, spreadOf } from './spread'
import { accuracyOn, bestEpoch, median, summariseEpochs } from './summary'

const configuration = (preset = 'hrm-mnist', training: Partial<Configuration['training']> = {}): Configuration => {
  const made = presetConfiguration(presets.find(({ name }) => name === preset)!)
  return { ...made, training: { ...made.training, ...training } }
}

describe('spreadOf', () => {
  // The worked example of the sample standard deviation in NIST/SEMATECH e-Handbook, 1.3.5.6: 2 4 4 4 5 5 7 9.
  it('gives mean, sample standard deviation and ends', () => {
    const spread = spreadOf([2, 4, 4, 4, 5, 5, 7, 9])!
    expect(spread).toMatchObject({ n: 8, mean: 5, low: 2, high: 9 })
    expect(spread.sd).toBeCloseTo(Math.sqrt(32 / 7), 12)
  })
  it('leaves out what is no number; a single one has no deviation and no band', () => {
    expect(spreadOf([null, NaN, undefined, 3])).toEqual({ n: 1, mean: 3, sd: null, low: 3, high: 3 })
    expect(spreadOf([null, Infinity])).toBeNull()
    expect(bandOf(spreadOf([3])!, 'sd')).toBeNull()
  })
  it('of a constant is exactly 0', () => {
    expect(spreadOf([0.1, 0.1, 0.1])).toMatchObject({ mean: 0.1, sd: 0 })
  })
  it('makes a band of the ends, or of one deviation either way', () => {
    const spread = spreadOf([1, 2, 3])!
    expect(bandOf(spread, 'range')).toEqual({ low: 1, high: 3 })
    expect(bandOf(spread, 'sd')).toEqual({ low: 1, high: 3 })
    expect(bandOf(spreadOf([0, 2, 4])!, 'sd')).toEqual({ low: 0, high: 4 })
  })
})

describe('spreadCurves', () => {
  const a = { x: [0, 2, 4], y: [0, 2, 4] }
  const b = { x: [0, 2], y: [2, 4] }
  it('joins the points of each curve by lines, and goes on with those that have not ended', () => {
    const points = spreadCurves([a, b], [-1, 0, 1, 2, 3, 5])
    expect(points.map(({ x, n, mean, low, high }) => [x, n, mean, low, high])).toEqual([
      [0, 2, 1, 0, 2],
      [1, 2, 2, 1, 3],
      [2, 2, 3, 2, 4],
      [3, 1, 3, 3, 3],
    ])
  })
  it('gives nothing of nothing', () => expect(spreadCurves([{ x: [], y: [] }], [1])).toEqual([]))
})

describe('groupRuns', () => {
  const run = (id: string, of: Configuration, hash = 'h', name = 'try'): Groupable => ({
    run: { id, name, preset: of.preset, dataSetName: `data ${hash}` },
    ...{ configuration: of, data: { hash } },
  })
  const runs = [
    run('a', configuration('hrm-mnist', { seed: 1 })),
    run('b', configuration('cnn-mnist', { seed: 1 })),
    run('c', configuration('hrm-mnist', { seed: 2 })),
    run('d', configuration('hrm-mnist', { seed: 3 }), 'other'),
    run('e', configuration('hrm-mnist', { seed: 4, epochs: 99 }), 'h', 'longer'),
  ]
  const ids = (grouping: Parameters<typeof groupRuns>[1]) =>
    groupRuns(runs, grouping).map((group) => group.runs.map((one) => one.run.id).join(''))
  it('puts runs together that differ in their seed alone', () => expect(ids('seed')).toEqual(['ac', 'b', 'd', 'e']))
  it('puts runs of a model together, whatever their training', () => expect(ids('model')).toEqual(['acde', 'b']))
  it('puts runs on the same data content together', () => expect(ids('data')).toEqual(['abce', 'd']))
  it('leaves every run alone when not asked', () => expect(ids('none')).toEqual(['a', 'b', 'c', 'd', 'e']))
  it('does not mind the order of fields, and names a group', () => {
    const { model, ...rest } = configuration('hrm-mnist', { seed: 9 })
    const turned = { ...rest, model: Object.fromEntries(Object.entries(model).toReversed()) } as Configuration
    const groups = groupRuns([runs[0]!, run('f', turned, 'h', 'again')], 'seed')
    expect(groups.map(({ label }) => label)).toEqual(['try and 1 more'])
  })
})

describe('paretoFront', () => {
  const front = (...offers: [cost: number, gain: number][]) =>
    paretoFront(offers.map(([cost, gain]) => ({ cost, gain }))).map(({ cost, gain }) => [cost, gain])
  it('keeps what no other beats, by cost', () => {
    expect(front([3, 9], [1, 5], [2, 4], [2, 7], [4, 9], [5, 8])).toEqual([
      [1, 5],
      [2, 7],
      [3, 9],
    ])
  })
  it('keeps equals and leaves out what is no number', () => {
    expect(front([1, 5], [1, 5], [1, 4], [NaN, 9])).toEqual([
      [1, 5],
      [1, 5],
    ])
  })
})

describe('summariseEpochs', () => {
  const epoch = (number: number, test: number | null, validation?: number, train?: number) => ({
    ...{ epoch: number, trainAccuracy: 0.5 + number / 100, trainSeconds: 10 * number },
    evaluations: [
      { part: 'test' as const, accuracy: test },
      ...(validation === undefined ? [] : [{ part: 'validation' as const, accuracy: validation }]),
      ...(train === undefined ? [] : [{ part: 'train' as const, accuracy: train }]),
    ],
  })
  it('chooses the best epoch on validation where there is one, and says when it was on test', () => {
    expect(bestEpoch([epoch(1, 0.9, 0.1), epoch(2, 0.8, 0.2)])).toMatchObject({ epoch: 2, accuracy: 0.8 })
    expect(bestEpoch([epoch(1, 0.9), epoch(2, 0.8)])).toMatchObject({ epoch: 1, chosen: 'best on test' })
    expect(bestEpoch([epoch(1, null)])).toBeNull()
  })
  it('takes the last epoch, evaluated on train where it was, and the median time', () => {
    expect(summariseEpochs([epoch(1, 0.9), epoch(2, 0.8), epoch(4, 0.7, 0.3, 0.99)])).toMatchObject({
      ...{ epochs: 3, trainAccuracy: 0.99, trainMeasured: 'evaluation', testAccuracy: 0.7, epochSeconds: 20 },
    })
    expect(summariseEpochs([epoch(1, 0.9)])).toMatchObject({ trainAccuracy: 0.51, trainMeasured: 'training' })
    expect([accuracyOn(undefined, 'test'), median([]), median([1, 3])]).toEqual([null, null, 2])
  })
})

describe('makingRows', () => {
  const making = (preset: string, device: string | null) => ({
    configuration: configuration(preset),
    dataSet: { name: 'MNIST', hash: 'h' },
    engine:
      device === null
        ? null
        : { backend: 'tensorflow' as const, device, tensorflow: '2', tfjs: '4', node: '24', threads: 2 },
    made: { labVersion: '1', gitCommit: null },
    parameters: 5,
  })
  it('tells what differs, also where one has no such field', () => {
    const rows = new Map(
      makingRows([making('hrm-mnist', 'CPU'), making('cnn-mnist', 'GPU')]).map((row) => [row.path, row]),
    )
    expect(rows.get('data.hash')).toMatchObject({ differs: false, values: ['h', 'h'] })
    expect(rows.get('engine.device')).toMatchObject({ differs: true, values: ['CPU', 'GPU'] })
    expect(rows.get('model.segmentsTrain')).toMatchObject({ differs: true, values: [expect.any(Number), undefined] })
    expect(valueText(undefined) + valueText(null) + valueText(2) + valueText('a')).toBe('null2a')
  })
  it('takes a run that has not begun', () => {
    const rows = makingRows([making('hrm-mnist', null), making('hrm-mnist', 'CPU')])
    expect(rows.find(({ path }) => path === 'engine.device')).toMatchObject({
      differs: true,
      values: [undefined, 'CPU'],
    })
  })
})

describe('likenessWarnings', () => {
  const run = (change: Partial<Comparable> = {}, of: Partial<Comparable['run']> = {}): Comparable => ({
    run: { name: 'a', state: 'finished', epochs: 3, epochsAsked: 3, best: { part: 'test' }, ...of },
    configuration: configuration(),
    data: { name: 'MNIST', hash: 'h', images: { train: 10, validation: 0, test: 5 }, splitSeed: 0 },
    ...change,
  })
  const kinds = (...runs: Comparable[]) => likenessWarnings(runs).map(({ kind }) => kind)
  const data = run().data
  it('finds nothing between like and like, and nothing of one run', () => {
    expect(kinds(run(), run())).toEqual([])
    expect(kinds(run({}, { state: 'stopped', epochs: 1 }))).toEqual([])
  })
  it('tells of other data and of another split; one content is split in one way', () => {
    expect(kinds(run(), run({ data: { ...data, hash: 'other' } }))).toEqual(['data'])
    expect(kinds(run(), run({ data: { ...data, hash: 'other', splitSeed: 3 } }))).toEqual(['data', 'split'])
    expect(kinds(run(), run({ data: { ...data, splitSeed: 3 } }))).toEqual([])
  })
  it('tells of other epochs, limits, evaluation parts and the author’s measure', () => {
    const trained = (training: Partial<Configuration['training']>) =>
      kinds(run(), run({ configuration: configuration('hrm-mnist', training) }))
    expect(trained({ epochs: 77 })).toEqual(['epochs'])
    expect(trained({ trainLimit: 5 })).toEqual(['limit'])
    expect(trained({ authorMetrics: !configuration().training.authorMetrics })).toEqual(['authorMetrics'])
    expect(kinds(run(), run({}, { best: { part: 'validation' } }))).toEqual(['part'])
  })
  it('names those that are not at their end', () => {
    const [warning] = likenessWarnings([run(), run({}, { name: 'b', state: 'stopped', epochs: 1 })])
    expect(warning).toEqual({ kind: 'early', text: 'Not at their end: b (stopped, 1 of 3 epochs).' })
  })
})
