import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contract } from '../../../shared/contract/contract'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { exampleEvaluation, importReport, manifest, temporaryFolder } from '../../store/testing/fixtures'
import { Estimator } from '../experiments/estimate'
import { Lab } from '../lab'
import { publishedRecord } from '../paper'
import { paperHandlers } from './handlers'

const engine = { backend: 'tensorflow', device: 'CPU', tensorflow: '2', tfjs: '4', node: '24', threads: 2 } as const
const digits = [...'0123456789']
const [four, nine] = [4, 9]

describe('paper handlers', () => {
  let lab: Lab
  let handlers: ReturnType<typeof paperHandlers>

  beforeEach(() => {
    lab = Lab.open({ home: temporaryFolder() })
    const parts = {
      train: { offset: 0, count: 60_000 },
      validation: { offset: 60_000, count: 0 },
      test: { offset: 60_000, count: 10_000 },
    }
    const mnist = { ...manifest('mnist'), known: 'mnist' as const, height: 28, width: 28, classes: digits, parts }
    lab.store.dataSets.insert({ id: 'mnist', folder: 'datasets/mnist', manifest: mnist, report: importReport })
    const facts = async () =>
      ({ backend: 'tensorflow', kind: 'cpu', threads: 2, gflops: 100, bfloat16Gflops: null }) as const
    handlers = paperHandlers(lab, new Estimator(lab, facts))
  })
  afterEach(() => lab.close())

  const begun = (): string => {
    const configuration = presetConfiguration(presets.find(({ name }) => name === 'hrm-mnist')!)
    return lab.runs.create({ name: 'mine', configuration, dataSet: lab.dataSets.get('mnist'), seeds: [42] })[0]!.id
  }

  /** A run of hrm-mnist with ended epochs of so many seconds; it takes 4 for 9 seven times, and 9 for 4 twice. */
  const ran = (seconds: readonly number[]): string => {
    const id = begun()
    lab.store.runs.setEngine(id, engine)
    const counts = new Uint32Array(100)
    counts[10 * four + nine] = 7
    counts[10 * nine + four] = 2
    seconds.forEach((trainSeconds, epoch) => {
      const trainAccuracy = (90 + epoch) / 100
      lab.store.epochs.insert(id, { epoch, trainLoss: 1, trainAccuracy, trainSeconds })
      lab.store.evaluations.insert(id, epoch, exampleEvaluation('test', (80 + epoch) / 100), { classes: 10, counts })
    })
    return id
  }

  const get = async () => contract['paper.get'].result.parse(await handlers['paper.get']({}))

  it('gives the five experiments as they are published, also where nothing was run and no data is at hand', async () => {
    const { source, experiments } = await get()
    expect(source).toMatch(/2510\.03598/)
    expect(experiments.map(({ preset }) => preset)).toEqual([
      ...['hrm-mnist', 'hrm-cifar10', 'cnn-cifar10', 'hrm-cifar100', 'cnn-cifar100'],
    ])
    for (const { preset, published, ours, runs, secondsExpected } of experiments) {
      expect(published.parameters).toBe(publishedRecord(preset)!.parameters)
      expect([ours, runs]).toEqual([null, []])
      expect(secondsExpected).toBeGreaterThan(0)
    }
    expect(experiments.map(({ dataSet }) => dataSet)).toEqual(['mnist', null, null, null, null])
    expect(experiments[1]!.pairs.slice(0, 3)).toEqual([
      { a: 'cat', b: 'dog', published: 361, ours: null },
      { a: 'automobile', b: 'truck', published: 269, ours: null },
      { a: 'bird', b: 'deer', published: 211, ours: null },
    ])
  })

  it('sets the numbers of the store beside them', async () => {
    const [short, long] = [ran([10]), ran([10, 30, 20])]
    const [mnist] = (await get()).experiments
    expect(mnist!.runs).toEqual([long, short])
    expect(mnist!.ours).toEqual({
      ...{ parameters: 1_053_056, epochs: 3, trainAccuracy: 0.92, testAccuracy: 0.82, epochSeconds: 20 },
    })
    expect(mnist!.pairs.find(({ a, b }) => a === '4' && b === '9')).toMatchObject({ published: 25, ours: 9 })
    expect(mnist!.pairs.find(({ a, b }) => a === '3' && b === '5')).toMatchObject({ published: 20, ours: 0 })
  })

  it('shows a run that has no epoch yet, behind one that has', async () => {
    const waiting = begun()
    const [first] = (await get()).experiments
    expect(first).toMatchObject({ runs: [waiting], ours: { epochs: 0, testAccuracy: null, epochSeconds: null } })
    const other = ran([10])
    expect((await get()).experiments[0]!.runs).toEqual([other, waiting])
  })

  it('gives the published trace, and refuses what is not published', () => {
    const view = contract['paper.published'].result.parse(handlers['paper.published']({ preset: 'cnn-cifar10' }))
    expect(view.batchLoss).toEqual(publishedRecord('cnn-cifar10')!.batchLoss)
    expect(() => handlers['paper.published']({ preset: 'cnn-mnist' })).toThrow(/Nothing is published of cnn-mnist/)
  })

  it('names every figure and table that is missing, and which run it lacks', async () => {
    const { folder, items } = contract['paper.figures'].result.parse(await handlers['paper.figures']({}))
    expect(items.map(({ title }) => title)).toEqual([
      ...Array.from({ length: 10 }, (_, i) => `Figure ${i + 1}`),
      ...['Table 1', 'Table 2', 'Table 3'],
    ])
    for (const { files, missing } of items) expect([files, missing]).toEqual([[], expect.stringMatching(/^no run of /)])
    const index = readFileSync(join(folder, 'index.md'), 'utf8')
    for (const { title } of items) expect(index).toContain(title)
    await expect(handlers['paper.figures']({ width: 5 })).rejects.toThrow('Pictures cannot be 5 mm wide')
  })
})
