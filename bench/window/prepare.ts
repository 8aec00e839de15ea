/** A lab as someone has after months: many runs, and what the cases look at. */
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Lab } from '../../src/main/lab/lab'
import type { DataSetManifest } from '../../src/shared/data/dataset'
import { presetConfiguration, presets } from '../../src/shared/experiment/presets'
import { makeSteps, stepColumnTypes, type StepColumnName, type StepColumns } from '../../src/shared/metrics/steps'
import { Random } from '../../src/shared/random/philox'
import type { Case } from './case'

/** Runs in the table. */
export const RUNS = 1000
/** Stored points of each chart of the run that trains, and of the one that is zoomed into. */
export const LIVE_POINTS = 200_000
export const LONG_POINTS = 1_000_000
const EPOCHS = 5
const configuration = presetConfiguration(presets.find(({ name }) => name === 'cnn-mnist')!)
const SECONDS = 0.02

/** Images of the test part that predictions are of. */
export const TEST_IMAGES = 60_000

/** Fills a new lab's folder. @returns for each case what it looks at */
export function prepareLab(home: string, cases: readonly Case[]): (readonly string[])[] {
  const lab = Lab.open({ home })
  try {
    listDataSet(lab, { id: 'bench', classes: 2, test: 4 })
    const runs = lab.store.transaction(() =>
      Array.from({ length: RUNS }, (_, i) => insertRun(lab, { name: `bench ${i + 1}`, seed: i, epochs: EPOCHS })),
    )
    return cases.map((one) => one.prepare(lab, runs))
  } finally {
    lab.close()
  }
}

/** What a data set that nobody imported is said to be. */
interface Listed {
  readonly id: string
  readonly classes: number
  /** Images of the test part. */
  readonly test: number
  /** Its images are on the disk, each another one. */
  readonly pixels?: boolean
}

const TRAIN = 60_000
const SIDE = 28

/** Lists a data set, with labels that go round. */
export function listDataSet(lab: Lab, { id, classes, test, pixels = false }: Listed): void {
  const manifest: DataSetManifest = {
    ...{ version: 1, name: id, hash: createHash('sha256').update(id).digest('hex'), known: null },
    ...{ height: SIDE, width: SIDE, channels: 1 },
    classes: Array.from({ length: classes }, (_, k) => `class ${k}`),
    parts: {
      train: { offset: 0, count: TRAIN },
      validation: { offset: TRAIN, count: 0 },
      test: { offset: TRAIN, count: test },
    },
    ...{ mean: [0], std: [1], importedAt: '2026-01-01T00:00:00Z' },
    source: { path: '', reader: 'folder', size: SIDE, fit: 'none', background: '#fff', splitSeed: 0, coarse: false },
  }
  const folder = join(lab.home.dataSets, id)
  mkdirSync(folder, { recursive: true })
  const labels = Uint16Array.from({ length: TRAIN + test }, (_, image) => labelOf(image - TRAIN, classes))
  writeFileSync(join(folder, 'labels.u16'), labels)
  if (pixels) {
    const bytes = new Uint8Array((TRAIN + test) * SIDE * SIDE)
    for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 31) ^ (i >>> 9)
    writeFileSync(join(folder, 'images.u8'), bytes)
  }
  const lists = { classes: [], skipped: [], duplicates: [], notes: [] }
  const report = { ...lists, skippedMore: 0, duplicatesMore: 0, imbalance: 1 }
  lab.store.dataSets.insert({ id, folder: `datasets/${id}`, manifest, report })
}

const labelOf = (image: number, classes: number): number => Math.max(0, image) % classes

/** A finished run with a few epochs of 4 test images. @returns its id */
export function insertRun(lab: Lab, { name, seed, epochs }: { name: string; seed: number; epochs: number }): string {
  const { store } = lab
  const random = new Random(seed)
  const experiment = store.experiments.insert({ name, configuration, dataSet: 'bench' })
  const { id } = store.runs.insert({ experiment, seed, labVersion: '0', gitCommit: null })
  for (let epoch = 0; epoch < epochs; epoch++) {
    const accuracy = 1 - 0.3 / (epoch + 1) - 0.1 * random.uniform()
    store.epochs.insert(id, { epoch, trainLoss: 1 / (epoch + 1), trainAccuracy: accuracy, trainSeconds: 100 })
    const evaluation = {
      ...{ part: 'test' as const, images: 4, loss: 1, accuracy, seconds: 1, probabilities: null },
      ...{ predicted: Uint16Array.of(0, 1, 0, 1), confidence: Float32Array.of(1, 1, 1, 1) },
    }
    store.evaluations.insert(id, epoch, evaluation, { classes: 2, counts: Uint32Array.of(2, 0, 0, 2) })
  }
  store.runs.setState(id, 'finished', null, epochs * 100)
  return id
}

/** What a run that was tested on {@link TEST_IMAGES} images is said to be. */
interface Tested {
  readonly dataSet: string
  readonly classes: number
  readonly seed?: number
  readonly probabilities?: boolean
}

/** A finished run, a tenth of whose predictions are wrong, anyhow. @returns its id */
export function insertTested(lab: Lab, { dataSet, classes, seed = 0, probabilities = false }: Tested): string {
  const { store } = lab
  const random = new Random(seed)
  const experiment = store.experiments.insert({ name: `${dataSet} ${seed}`, configuration, dataSet })
  const { id } = store.runs.insert({ experiment, seed, labVersion: '0', gitCommit: null })
  const truth = Uint16Array.from({ length: TEST_IMAGES }, (_, image) => labelOf(image, classes))
  const predicted = truth.map((label) => (random.uniform() < 0.1 ? random.below(classes) : label))
  const confidence = Float32Array.from(predicted, () => 0.5 + 0.5 * random.uniform())
  const counts = new Uint32Array(classes ** 2)
  for (let i = 0; i < TEST_IMAGES; i++) counts[truth[i]! * classes + predicted[i]!]!++
  // Not all alike: an order by loss would be that by confidence.
  const rest = Float32Array.from(confidence, (value) => ((1 - value) / classes) * random.uniform())
  const all = (): Float32Array =>
    Float32Array.from({ length: TEST_IMAGES * classes }, (_, at) => {
      const i = Math.floor(at / classes)
      return at % classes === predicted[i] ? confidence[i]! : rest[i]!
    })
  store.epochs.insert(id, { epoch: 0, trainLoss: 1, trainAccuracy: 0.9, trainSeconds: 100 })
  const evaluation = {
    ...{ part: 'test' as const, images: TEST_IMAGES, loss: 1, accuracy: 0.9, seconds: 1, predicted, confidence },
    probabilities: probabilities ? all() : null,
  }
  store.evaluations.insert(id, 0, evaluation, { classes, counts })
  store.runs.setState(id, 'finished', null, 100)
  return id
}

/**
 * Steps of a loss that falls and jitters.
 * @param now Unix milliseconds of the last of them; 0: long ago
 */
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
