import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { DataSetManifest, ImportReport } from '../../../shared/data/dataset'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import type { Evaluation } from '../../../shared/metrics/evaluation'
import { makeSteps, stepColumnTypes, type StepColumns } from '../../../shared/metrics/steps'
import { Random } from '../../../shared/random/philox'
import type { Store } from '../store'

/** A folder that goes when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-store-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A database's path in a folder of its own. */
export const temporaryFile = (): string => join(temporaryFolder(), 'lab.sqlite')

export const manifest = (name = 'digits', hash = '0'.repeat(64)): DataSetManifest => ({
  version: 1,
  name,
  hash,
  known: null,
  height: 8,
  width: 8,
  channels: 1,
  classes: ['a', 'b', 'c', 'd'],
  parts: { train: { offset: 0, count: 8 }, validation: { offset: 8, count: 0 }, test: { offset: 8, count: 4 } },
  mean: [0.5],
  std: [0.25],
  source: {
    path: 'digits.zip',
    reader: 'folder',
    size: 8,
    fit: 'crop',
    background: '#ffffff',
    splitSeed: 1,
    coarse: false,
  },
  importedAt: '2026-11-03T00:00:00.000Z',
})

export const importReport: ImportReport = {
  classes: [{ name: 'a', train: 2, validation: 0, test: 1 }],
  skipped: [{ path: 'a/notes.txt', reason: 'not an image' }],
  duplicates: [{ names: ['a/1.png', 'b/2.png'], acrossParts: false, acrossClasses: true }],
  imbalance: 1.5,
  notes: ['3 images were turned as their EXIF says.'],
}

/** Lists a data set (once), keeps an experiment and queues a run of it. @returns the run's id */
export function newRun(store: Store, name = 'testing-cnn'): string {
  const data = manifest()
  if (!store.dataSets.findByHash(data.hash)) {
    store.dataSets.insert({ id: 'digits', folder: 'datasets/digits', manifest: data, report: importReport })
  }
  const configuration = presetConfiguration(presets.find((preset) => preset.name === 'testing-cnn')!)
  const experiment = store.experiments.insert({ name, configuration, dataSet: 'digits' })
  return store.runs.insert({ experiment, seed: 42, labVersion: '0.1.0', gitCommit: 'abc1234' }).id
}

/** Steps with every kind of column content: counts, whole and broken numbers, constants, NaN off or here and there. */
export function exampleSteps(firstStep: number, count: number): StepColumns {
  return makeSteps(firstStep, (name) => {
    const column = new stepColumnTypes[name](count)
    for (let i = 0; i < count; i++) {
      const step = firstStep + i
      if (name === 'epoch') column[i] = Math.floor(step / 400)
      else if (name === 'wallTime') column[i] = 1.8e12 + step * 123
      else if (name === 'segment') column[i] = step % 2
      else if (name === 'authorLoss') column[i] = NaN
      else if (name === 'authorAccuracy') column[i] = step % 2 ? step / 7 : NaN
      else column[i] = name === 'batch' ? step % 400 : new Random(step).uniform()
    }
    return column
  })
}

/** An evaluation of 4 images of 4 classes. */
export const exampleEvaluation = (part: Evaluation['part'], accuracy: number): Evaluation => ({
  part,
  images: 4,
  loss: 1.25,
  accuracy,
  predicted: Uint16Array.of(0, 1, 2, 65535),
  confidence: Float32Array.of(0.1, 0.2, 0.3, 1),
  probabilities: Float32Array.from({ length: 16 }, (_, i) => i / 16),
  seconds: 0.5,
})

export const exampleConfusion = { classes: 2, counts: Uint32Array.of(1, 2, 3, 4_000_000_000) }
