/** A lab whose runs were evaluated: predictions made by hand and recorded as a training records them, without an engine. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Lab } from '../../../src/main/lab/lab'
import type { DataSetManifest, ImportReport } from '../../../src/shared/data/dataset'
import type { EngineInfo } from '../../../src/shared/experiment/engine-info'
import { presetConfiguration, presets } from '../../../src/shared/experiment/presets'
import { confusionMatrix } from '../../../src/shared/metrics/confusion'
import type { Evaluation } from '../../../src/shared/metrics/evaluation'
import { Random } from '../../../src/shared/random/philox'

/** Classes of the data set 'pets', by their number. */
export const pets = ['bird', 'cat', 'dog', 'frog'] as const
const SIDE = 8
/** Training images of each class: nobody looks at them. */
const TRAINING = 2

/** How many test images of a class the last epochs of A and B take for what: [class by A, class by B, images]. */
type Answers = readonly (readonly [a: number, b: number, images: number])[]

/**
 * What 'model A' and 'model B' say after their last epoch (A's fourth, B's first) of the 2000 test images, by true class.
 * Images of a class stand in this order.
 */
export const lastAnswers: readonly Answers[] = [
  [[0, 0, 290], [3, 3, 6], [3, 0, 3], [0, 3, 1]], // 300 birds
  [[1, 1, 380], [2, 2, 14], [2, 1, 5], [1, 2, 1]], // 400 cats
  [[2, 2, 823], [1, 1, 165], [1, 0, 2], [1, 2, 4], [2, 1, 1], [0, 0, 5]], // 1000 dogs
  [[3, 3, 300]], // frogs
] // prettier-ignore

/** Confusion matrices of A after its first and second epoch, row = true class; the third was not evaluated. */
export const earlyMatrices = [
  [[250, 0, 0, 50], [0, 300, 100, 0], [20, 260, 700, 20], [0, 0, 30, 270]],
  [[270, 0, 0, 30], [0, 350, 50, 0], [10, 210, 780, 0], [0, 0, 0, 300]],
] as const // prettier-ignore

/** Names of the runs, in the order of their numbers. */
export const evaluatedRuns = {
  a: 'model A',
  b: 'model B',
  /** Stopped by hand in its first epoch. */
  stopped: 'stopped early',
  /** Tells three classes apart. */
  others: 'other classes',
  /** The files of its data set are gone. */
  gone: 'without its data',
} as const

/** A run to be made, with its answers on the test part by epochs counted from 0. */
interface Made {
  readonly name: string
  readonly preset?: string
  readonly dataSet?: string
  /** True class of each test image. */
  readonly labels: readonly number[]
  readonly answers: ReadonlyMap<number, readonly number[]>
}

/** Fills a new lab's folder. */
export async function writeEvaluatedLab(home: string): Promise<void> {
  const lab = Lab.open({ home })
  try {
    const labels = repeat(lastAnswers.flatMap((row, label) => row.map(([, , images]) => [label, images] as const)))
    await writeDataSet(lab, 'pets', pets, labels)
    await writeDataSet(lab, 'vanished', pets, [0, 1, 2, 3])
    await writeDataSet(lab, 'trio', ['bird', 'cat', 'deer'], [0, 1, 2])
    const early = earlyMatrices.map((matrix) => repeat(matrix.flatMap((row) => row.map((images, k) => [k, images]))))
    const last = (run: 0 | 1) => repeat(lastAnswers.flat().map((answer) => [answer[run], answer[2]]))
    const { a, b, stopped, others, gone } = evaluatedRuns
    lab.store.transaction(() => {
      record(lab, { name: a, labels, answers: new Map([[0, early[0]!], [1, early[1]!], [3, last(0)]]) }) // prettier-ignore
      record(lab, { name: b, preset: 'testing-hrm', labels, answers: new Map([[0, last(1)]]) })
      record(lab, { name: stopped, labels, answers: new Map() })
      record(lab, { name: others, dataSet: 'trio', labels: [0, 1, 2], answers: new Map([[0, [0, 1, 1]]]) })
      record(lab, { name: gone, dataSet: 'vanished', labels: [0, 1, 2, 3], answers: new Map([[0, [0, 1, 1, 3]]]) })
    })
    await rm(join(lab.home.dataSets, 'vanished'), { recursive: true })
  } finally {
    lab.close()
  }
}

/** Each value as often as it is to stand, one after the other. */
const repeat = (counts: readonly (readonly [value: number, times: number])[]): number[] =>
  counts.flatMap(([value, times]) => Array<number>(times).fill(value))

/** A data set of small gray pictures; each class is bright in a corner of its own. */
async function writeDataSet(lab: Lab, id: string, classes: readonly string[], test: readonly number[]): Promise<void> {
  const labels = [...classes.flatMap((_, k) => Array<number>(TRAINING).fill(k)), ...test]
  const train = labels.length - test.length
  const random = new Random(1)
  const pixels = labels.flatMap((label) =>
    Array.from({ length: SIDE * SIDE }, (_, at) => {
      const [right, low] = [at % SIDE >= SIDE / 2, at >= (SIDE * SIDE) / 2]
      return (label === Number(right) + 2 * Number(low) ? 170 : 20) + random.below(60)
    }),
  )
  const manifest: DataSetManifest = {
    ...{ version: 1, name: id, hash: Buffer.from(id).toString('hex').padEnd(64, '0'), known: null },
    ...{ height: SIDE, width: SIDE, channels: 1, classes: [...classes], mean: [0.3], std: [0.25] },
    parts: {
      train: { offset: 0, count: train },
      validation: { offset: train, count: 0 },
      test: { offset: train, count: test.length },
    },
    source: { path: id, reader: 'folder', size: SIDE, fit: 'crop', background: '#fff', splitSeed: 0, coarse: false },
    importedAt: '2026-01-01T00:00:00Z',
  }
  const report: ImportReport = { classes: [], skipped: [], duplicates: [], imbalance: 1, notes: [] }
  const index = labels.map((label, image) => ({ name: fileName(classes[label]!, image - train), sha256: '' }))
  const folder = join(lab.home.dataSets, id)
  await mkdir(folder, { recursive: true })
  await Promise.all([
    writeFile(join(folder, 'dataset.json'), JSON.stringify(manifest)),
    writeFile(join(folder, 'images.u8'), Uint8Array.from(pixels)),
    writeFile(join(folder, 'labels.u16'), new Uint8Array(Uint16Array.from(labels).buffer)),
    writeFile(join(folder, 'index.json'), JSON.stringify(index)),
    writeFile(join(folder, 'report.json'), JSON.stringify(report)),
  ])
  lab.store.dataSets.insert({ id, folder: join('datasets', id), manifest, report })
}

/** Name of an image's file by its place in the test part; training images have places below 0. */
const fileName = (name: string, place: number): string => `${name}/IMG_${String(place).padStart(4, '0')}.png`

const engine: EngineInfo = {
  ...{ backend: 'cpu', device: 'CPU', tensorflow: null, tfjs: '4.22.0', node: '24', threads: 1 },
}

function record({ store }: Lab, { name, preset = 'testing-cnn', dataSet = 'pets', labels, answers }: Made): void {
  const configuration = presetConfiguration(presets.find((candidate) => candidate.name === preset)!)
  const { id } = store.runs.insert({
    experiment: store.experiments.insert({ name, configuration, dataSet }),
    ...{ seed: 42, labVersion: '0.1.0', gitCommit: null },
  })
  store.runs.setEngine(id, engine)
  store.runs.setState(id, 'running')
  const epochs = Math.max(0, ...[...answers.keys()].map((epoch) => epoch + 1))
  for (let epoch = 0; epoch < epochs; epoch++)
    store.epochs.insert(id, { epoch, trainLoss: 1 / (epoch + 1), trainAccuracy: 0.8, trainSeconds: 3 })
  const k = store.dataSets.get(dataSet).manifest.classes.length
  for (const [epoch, predicted] of answers) {
    const confusion = confusionMatrix(labels, predicted, k)
    store.evaluations.insert(id, epoch, evaluation(labels, predicted, k), confusion)
  }
  if (answers.size === 0) store.runs.setState(id, 'stopped', 'Stopped by hand.', 2)
  else store.runs.setState(id, 'finished', null, 3 * epochs)
}

/** How sure a run is of its answer on a test image: 0.4 … 0.99, no two neighbours alike. */
export const confidenceOf = (place: number): number => 0.4 + ((place * 37) % 60) / 100

function evaluation(labels: readonly number[], predicted: readonly number[], k: number): Evaluation {
  const confidence = Float32Array.from(labels, (_, place) => confidenceOf(place))
  const probabilities = new Float32Array(labels.length * k)
  predicted.forEach((label, place) => {
    // What is left is shared by the other classes.
    for (let other = 0; other < k; other++)
      probabilities[place * k + other] = other === label ? confidence[place]! : (1 - confidence[place]!) / (k - 1)
  })
  const right = predicted.filter((label, place) => label === labels[place]).length
  return {
    ...{ part: 'test', images: labels.length, loss: 0.7, accuracy: right / labels.length, seconds: 0.5 },
    ...{ predicted: Uint16Array.from(predicted), confidence, probabilities },
  }
}
