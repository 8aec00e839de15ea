/** A lab as someone has after months: many runs, one of them very long, one that trains. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Lab } from '../../src/main/lab/lab'
import type { DataSetManifest } from '../../src/shared/data/dataset'
import { presetConfiguration, presets } from '../../src/shared/experiment/presets'
import { makeSteps, stepColumnTypes, type StepColumnName, type StepColumns } from '../../src/shared/metrics/steps'
import { Random } from '../../src/shared/random/philox'

/** Runs in the table. */
export const RUNS = 1000
/** Stored points of each chart of the run that trains, and of the one that is zoomed into. */
export const LIVE_POINTS = 200_000
export const LONG_POINTS = 1_000_000
const EPOCHS = 5
const SECONDS = 0.02

/** Ids of the runs that are looked at. */
export interface PreparedRuns {
  readonly live: string
  readonly long: string
}

/** Fills a new lab's folder. */
export function prepareLab(home: string): PreparedRuns {
  const lab = Lab.open({ home })
  try {
    listDataSet(lab)
    const ids = insertRuns(lab)
    const [long, live] = ids.slice(-2) as [string, string]
    lab.store.steps.append(long, scriptedSteps(0, LONG_POINTS, 0))
    lab.store.steps.append(live, scriptedSteps(0, LIVE_POINTS, 0))
    lab.store.transaction(() => {
      for (let i = 1; i <= LIVE_POINTS; i++)
        lab.store.memory.insert(live, { steps: i, residentBytes: 2e9 + 1e6 * Math.sin(i / 50) })
      lab.store.runs.setState(live, 'running')
    })
    return { live, long }
  } finally {
    lab.close()
  }
}

function listDataSet(lab: Lab): void {
  const count = 60_000
  const manifest: DataSetManifest = {
    ...{ version: 1, name: 'bench', hash: '0'.repeat(64), known: null, height: 28, width: 28, channels: 1 },
    classes: ['a', 'b'],
    parts: {
      train: { offset: 0, count },
      validation: { offset: count, count: 0 },
      test: { offset: count, count: 4 },
    },
    ...{ mean: [0], std: [1], importedAt: '2026-01-01T00:00:00Z' },
    source: { path: '', reader: 'folder', size: 28, fit: 'none', background: '#fff', splitSeed: 0, coarse: false },
  }
  const folder = join(lab.home.dataSets, 'bench')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'labels.u16'), Buffer.alloc(2 * (count + 4)))
  const report = {
    classes: [],
    skipped: [],
    skippedMore: 0,
    duplicates: [],
    duplicatesMore: 0,
    imbalance: 1,
    notes: [],
  }
  lab.store.dataSets.insert({ id: 'bench', folder: 'datasets/bench', manifest, report })
}

/** Finished runs with their epochs. @returns ids, oldest first */
function insertRuns(lab: Lab): string[] {
  const { store } = lab
  const configuration = presetConfiguration(presets.find(({ name }) => name === 'cnn-mnist')!)
  const random = new Random(3)
  return store.transaction(() =>
    Array.from({ length: RUNS }, (_, i) => {
      const experiment = store.experiments.insert({ name: `bench ${i + 1}`, configuration, dataSet: 'bench' })
      const { id } = store.runs.insert({ experiment, seed: i, labVersion: '0', gitCommit: null })
      for (let epoch = 0; epoch < EPOCHS; epoch++) {
        const accuracy = 1 - 0.3 / (epoch + 1) - 0.1 * random.uniform()
        store.epochs.insert(id, { epoch, trainLoss: 1 / (epoch + 1), trainAccuracy: accuracy, trainSeconds: 100 })
        const evaluation = {
          ...{ part: 'test' as const, images: 4, loss: 1, accuracy, seconds: 1, probabilities: null },
          ...{ predicted: Uint16Array.of(0, 1, 0, 1), confidence: Float32Array.of(1, 1, 1, 1) },
        }
        store.evaluations.insert(id, epoch, evaluation, { classes: 2, counts: Uint32Array.of(2, 0, 0, 2) })
      }
      store.runs.setState(id, 'finished', null, EPOCHS * 100)
      return id
    }),
  )
}

/** Steps of a loss that falls and jitters. @param now Unix milliseconds of the last of them; 0: long ago */
export function scriptedSteps(firstStep: number, count: number, now: number, interval = 100): StepColumns {
  const random = new Random(firstStep + 1)
  const values: Record<StepColumnName, (step: number, i: number) => number> = {
    batch: (step) => step,
    epoch: (step) => Math.floor(step / 469),
    segment: () => 0,
    seconds: (step) => (step + 1) * SECONDS,
    // The steps of a message were made one after the other since the message before.
    wallTime: (step, i) => (now > 0 ? now - (interval * (count - 1 - i)) / count : 1.7e12 + step * 1000 * SECONDS),
    loss: (step) => (0.05 + 2 / (1 + step / 5000)) * (0.7 + 0.6 * random.uniform()),
    learningRate: (step) => 1e-3 / (1 + step / 50_000),
    gradientNorm: () => 0.5 + random.uniform(),
    accuracy: () => random.uniform(),
    authorLoss: () => NaN,
    authorAccuracy: () => NaN,
  }
  return makeSteps(firstStep, (name) => {
    const column = new stepColumnTypes[name](count)
    for (let i = 0; i < count; i++) column[i] = values[name](firstStep + i, i)
    return column
  })
}
