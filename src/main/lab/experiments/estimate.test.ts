import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { estimateSchema } from '../../../shared/contract/experiments'
import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import { withValue } from '../../../shared/experiment/paths'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import {
  exampleConfusion,
  exampleEvaluation,
  importReport,
  manifest,
  temporaryFolder,
} from '../../store/testing/fixtures'
import { Lab } from '../lab'
import { Estimator, type EngineFacts } from './estimate'

const preset = (name: string): Configuration => presetConfiguration(presets.find((p) => p.name === name)!)
const facts: EngineFacts = { backend: 'tensorflow', kind: 'cpu', threads: 2, gflops: 100, bfloat16Gflops: null }
const engine = {
  backend: 'tensorflow',
  device: 'CPU',
  tensorflow: '2',
  tfjs: '4',
  node: '24',
  threads: 2,
  lanes: 2,
} as const

describe('Estimator', () => {
  let lab: Lab
  let now: number
  let described: EngineFacts
  let estimator: Estimator

  beforeEach(() => {
    lab = Lab.open({ home: temporaryFolder() })
    const parts = {
      train: { offset: 0, count: 60_000 },
      validation: { offset: 60_000, count: 0 },
      test: { offset: 60_000, count: 10_000 },
    }
    const mnist = { ...manifest('mnist'), height: 28, width: 28, parts }
    lab.store.dataSets.insert({ id: 'mnist', folder: 'datasets/mnist', manifest: mnist, report: importReport })
    now = 0
    described = facts
    estimator = new Estimator(
      lab,
      async () => described,
      () => now,
    )
  })
  afterEach(() => lab.close())

  /** A run whose every epoch took so many seconds, `evaluated` of them evaluation. */
  function ran(
    configuration: Configuration,
    seconds: readonly number[],
    on: typeof engine | object = {},
    evaluated = 1,
  ) {
    const dataSet = lab.dataSets.get('mnist')
    const run = lab.runs.create({ name: 'before', configuration, dataSet, seeds: [1] })[0]!
    lab.store.runs.setEngine(run.id, { ...engine, ...on })
    seconds.forEach((all, epoch) => {
      lab.store.epochs.insert(run.id, { epoch, trainLoss: 1, trainAccuracy: 0.5, trainSeconds: all - evaluated })
      const evaluation = { ...exampleEvaluation('test', 0.5), seconds: evaluated }
      lab.store.evaluations.insert(run.id, epoch, evaluation, exampleConfusion)
    })
    now += 60_000
    return run
  }

  it('goes by the engine’s rate before any run was made', async () => {
    const estimate = estimateSchema.parse(await estimator.estimate(preset('hrm-mnist'), 'mnist'))
    expect(estimate).toMatchObject({ parameters: 1_052_288, basis: 'measured rate' })
    // 1.32 GFLOP × 60 000 images at 74 of 100 GFLOP/s, and the evaluation of 10 000.
    expect(estimate.secondsPerEpoch).toBeGreaterThan((1.32 * 60_000) / 74.5)
    expect(estimate.secondsPerEpoch).toBeLessThan((1.15 * (1.32 * 60_000)) / 74.5)
    expect(estimate.secondsTotal).toBeCloseTo(3 * estimate.secondsPerEpoch!, 6)
    expect(estimate.detail).toMatch(/100 GFLOP\/s.*74 %/)
  })

  it('takes a run of the same kind at its word, evaluation in it, by its median epoch', async () => {
    const run = ran(preset('hrm-mnist'), [9000, 500, 510], {}, 60)
    const estimate = await estimator.estimate(preset('hrm-mnist'), 'mnist')
    expect(estimate.secondsPerEpoch).toBeCloseTo(510, 6)
    expect(estimate.secondsTotal).toBeCloseTo(3 * 510, 6)
    expect(estimate).toMatchObject({
      basis: 'past runs',
      detail: expect.stringContaining(`run ${run.number} (before)`),
    })
  })

  it('scales the most similar run of the family, the newest of equals', async () => {
    const base = preset('hrm-mnist')
    const small = withValue(withValue(base, 'model.width', 64), 'model.heads', 2)
    ran(base, [400])
    ran(base, [500])
    ran(small, [10])
    ran(preset('cnn-mnist'), [7])
    const same = await estimator.estimate(base, 'mnist')
    expect(same.secondsPerEpoch).toBeCloseTo(500, 6)
    const longer = await estimator.estimate(withValue(base, 'model.lowSteps', 4), 'mnist')
    expect(longer.secondsPerEpoch! / 500).toBeGreaterThan(1.1)
    expect(longer.secondsPerEpoch! / 500).toBeLessThan(1.3)
  })

  it('goes by runs of the same precision, and rather by those in the mode that is asked for', async () => {
    const base = preset('hrm-mnist')
    const [lower, eager] = [
      withValue(base, 'training.precision', 'bfloat16'),
      withValue(base, 'training.mode', 'eager'),
    ]
    ran(eager, [900], { mode: 'eager', lanes: undefined })
    ran(base, [500], { mode: 'graph' })
    ran(lower, [300], { mode: 'graph' })
    const seconds = async (configuration: Configuration) =>
      (await estimator.estimate(configuration, 'mnist')).secondsPerEpoch
    expect(await seconds(base)).toBeCloseTo(500, 6)
    expect(await seconds(lower)).toBeCloseTo(300, 6)
    expect(await seconds(eager)).toBeCloseTo(900, 6)
  })

  it('expects less of a new run in lanes than what one before them took', async () => {
    ran(preset('hrm-mnist'), [500], { mode: 'graph', lanes: undefined })
    const { secondsPerEpoch } = await estimator.estimate(preset('hrm-mnist'), 'mnist')
    expect(secondsPerEpoch! / 500).toBeGreaterThan(0.85)
    expect(secondsPerEpoch! / 500).toBeLessThan(0.95)
  })

  it.each([
    ['threads', { threads: 8 }],
    ['device', { device: 'NVIDIA H100' }],
    ['backend', { backend: 'cpu' }],
  ])('ignores runs of an engine with another %s', async (_, on) => {
    ran(preset('hrm-mnist'), [500], on)
    expect((await estimator.estimate(preset('hrm-mnist'), 'mnist')).basis).toBe('measured rate')
  })

  it('says that the time is not known where nothing was measured; then a run is enough', async () => {
    described = { ...facts, gflops: null }
    const unknown = await estimator.estimate(preset('hrm-mnist'), 'mnist')
    expect(unknown).toMatchObject({ secondsPerEpoch: null, secondsTotal: null, basis: null })
    expect(unknown.memoryBytes).toBeGreaterThan(1e9)
    ran(preset('hrm-mnist'), [500])
    expect((await estimator.estimate(preset('hrm-mnist'), 'mnist')).secondsPerEpoch).toBeCloseTo(500, 6)
  })

  it('expects bfloat16 to take longer, and says so, where its products are slower', async () => {
    const lower = withValue(preset('cnn-mnist'), 'training.precision', 'bfloat16')
    const usual = await estimator.estimate(lower, 'mnist')
    expect(usual.detail).not.toContain('quicker')
    described = { ...facts, bfloat16Gflops: 60 }
    const slower = await estimator.estimate(lower, 'mnist')
    expect(slower.secondsPerEpoch! / usual.secondsPerEpoch!).toBeGreaterThan(2)
    expect(slower.detail).toContain('With float32 it is quicker on this processor.')
    expect((await estimator.estimate(preset('cnn-mnist'), 'mnist')).detail).not.toContain('quicker')
  })

  it('does not take plain JavaScript for the native engine', async () => {
    described = { ...facts, backend: 'cpu' }
    expect((await estimator.estimate(preset('hrm-mnist'), 'mnist')).secondsPerEpoch).toBeNull()
  })

  it('refuses what cannot be built and data that is not there', async () => {
    const broken = withValue(preset('hrm-mnist'), 'model.patch', 5)
    await expect(estimator.estimate(broken, 'mnist')).rejects.toThrow(/patch \(5\) must divide/)
    await expect(estimator.estimate(preset('hrm-mnist'), 'none')).rejects.toThrow(LabError)
  })
})
