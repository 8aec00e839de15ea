import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contract } from '../../../shared/contract/contract'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import {
  exampleConfusion,
  exampleEvaluation,
  importReport,
  manifest,
  temporaryFolder,
} from '../../store/testing/fixtures'
import { Lab } from '../lab'
import { compareHandlers } from './handlers'

describe('compare handlers', () => {
  let lab: Lab
  let ids: string[]

  beforeEach(() => {
    lab = Lab.open({ home: temporaryFolder() })
    mkdirSync(join(lab.home.dataSets, 'digits'))
    writeFileSync(join(lab.home.dataSets, 'digits', 'labels.u16'), Buffer.alloc(24))
    lab.store.dataSets.insert({ id: 'digits', folder: 'datasets/digits', manifest: manifest(), report: importReport })
    const configuration = presetConfiguration(presets.find(({ name }) => name === 'testing-cnn')!)
    const made = lab.runs.create({ name: 'try', configuration, dataSet: lab.dataSets.get('digits'), seeds: [7, 8, 9] })
    ids = made.map(({ id }) => id)
  })
  afterEach(() => lab.close())

  const ask = async (asked: string[]) => {
    const value = await compareHandlers(lab)['compare.runs']({ ids: asked })
    return contract['compare.runs'].result.parse(JSON.parse(JSON.stringify(value)))
  }

  it('gives each run as the store has it, in the order asked for, those in the trash too', async () => {
    const [a, b] = ids as [string, string]
    lab.store.epochs.insert(a, { epoch: 0, trainLoss: NaN, trainAccuracy: 0.5, trainSeconds: 12 })
    lab.store.evaluations.insert(a, 0, exampleEvaluation('test', 0.5), exampleConfusion)
    lab.store.runs.trash(b)
    const { runs, missing } = await ask([b, a])
    expect(missing).toEqual([])
    expect(runs.map(({ run }) => [run.id, run.trashed])).toEqual([
      [b, true],
      [a, false],
    ])
    const [, first] = runs
    expect(first!.epochs[0]).toMatchObject({ epoch: 1, trainLoss: null, trainAccuracy: 0.5, trainSeconds: 12 })
    expect(first!.configuration.training.seed).toBe(7)
    const { train, validation, test } = manifest().parts
    expect(first!.data).toMatchObject({ hash: manifest().hash, splitSeed: manifest().source.splitSeed })
    expect(first!.data.images).toEqual({ train: train.count, validation: validation.count, test: test.count })
    expect(first!.gflopPerImage).toBeGreaterThan(first!.gflopForward)
  })

  it('names those that are not there, also where an id begins like another', async () => {
    const [a] = ids as [string]
    expect(await ask(['0099-gone', a.slice(0, 4)])).toEqual({ runs: [], missing: ['0099-gone', a.slice(0, 4)] })
  })
})
