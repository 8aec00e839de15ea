import { presets, presetConfiguration } from '../../../../shared/experiment/presets'
import { confusionMatrix } from '../../../../shared/metrics/confusion'
import { makeSteps, stepColumnTypes, type StepColumns } from '../../../../shared/metrics/steps'
import { Random } from '../../../../shared/random/philox'
import { publishedRecord } from '../../paper'
import type { EpochExport, PredictionExport, RunExport } from '../data'

/** What a sample run is made like. */
export interface Sample {
  readonly preset: string
  readonly name?: string
  readonly epochs: number
  readonly batchesPerEpoch: number
  readonly classes: readonly string[]
  readonly testImages: number
  readonly validation?: boolean
  readonly authorMetrics?: boolean
  readonly seed?: number
}

/** A run with plausible numbers, for tests and for looking at pictures: its losses follow the published trace with other noise. */
export function sampleRun(sample: Sample): RunExport {
  const preset = presets.find(({ name }) => name === sample.preset)!
  const published = publishedRecord(sample.preset)
  const configuration = presetConfiguration(preset)
  const { height, width, channels } = preset.input
  const stepsPerBatch = 'segmentsTrain' in preset.model ? preset.model.segmentsTrain : 1
  const random = new Random(sample.seed ?? 1, 0)
  const steps = sampleSteps(sample, stepsPerBatch, published?.batchLoss ?? null, random)
  const predictions = samplePredictions(sample, random)
  const k = sample.classes.length
  const confusion = confusionMatrix(predictions.labels, predictions.predicted, k)
  const right = Array.from({ length: k }, (_, c) => confusion.counts[c * k + c]!).reduce((sum, n) => sum + n, 0)
  const accuracy = right / sample.testImages
  return {
    id: `run-${sample.preset}`,
    name: sample.name ?? sample.preset,
    state: 'finished',
    configuration: { ...configuration, training: { ...configuration.training, epochs: sample.epochs } },
    dataSet: {
      name: preset.data ?? 'sample',
      hash: '0'.repeat(64),
      height,
      width,
      channels: channels as 1 | 3,
      classes: sample.classes,
      images: { train: 50_000, validation: sample.validation ? 5_000 : 0, test: sample.testImages },
      mean: Array<number>(channels).fill(0.47),
      std: Array<number>(channels).fill(0.25),
    },
    engine: { backend: 'tensorflow', device: 'CPU', tensorflow: '2.21.0', tfjs: '4.22.0', node: '24', threads: 2 },
    made: { labVersion: '0.1.0', gitCommit: null, startedAt: '2026-01-02T03:04:05.000Z', finishedAt: null },
    parameters: preset.parameters,
    stepsPerBatch,
    batchesPerEpoch: sample.batchesPerEpoch,
    steps: () => steps,
    epochs: sampleEpochs(sample, accuracy, confusion, random),
    predictions,
    image: (id) => sampleImage(id, height, width, channels),
    published,
    weights: null,
  }
}

function sampleSteps(
  { epochs, batchesPerEpoch, authorMetrics }: Sample,
  stepsPerBatch: number,
  trace: readonly number[] | null,
  random: Random,
): StepColumns {
  const count = epochs * batchesPerEpoch * stepsPerBatch
  const columns = makeSteps(0, (name) => new stepColumnTypes[name](count))
  for (let i = 0; i < count; i++) {
    const batch = Math.floor(i / stepsPerBatch)
    const loss = trace?.[batch] ?? 0.6 + 1.7 * Math.exp(-batch / (0.3 * epochs * batchesPerEpoch))
    const last = i % stepsPerBatch === stepsPerBatch - 1
    columns.batch[i] = batch
    columns.epoch[i] = Math.floor(batch / batchesPerEpoch)
    columns.segment[i] = i % stepsPerBatch
    columns.seconds[i] = (i + 1) * 0.4
    columns.wallTime[i] = Date.UTC(2026, 0, 2, 3, 4, 5) + 400 * (i + 1)
    columns.loss[i] = loss * Math.exp(0.15 * random.normal()) * (authorMetrics ? 1.15 : 1)
    columns.learningRate[i] = 3e-4 * (0.5 + 0.5 * Math.cos((Math.PI * i) / count))
    columns.gradientNorm[i] = 1 + 0.3 * random.uniform()
    columns.accuracy[i] = Math.exp(-loss)
    columns.authorLoss[i] = authorMetrics && last ? loss * Math.exp(0.1 * random.normal()) : NaN
    columns.authorAccuracy[i] = authorMetrics && last ? Math.exp(-loss) : NaN
  }
  return columns
}

function sampleEpochs(
  sample: Sample,
  accuracy: number,
  confusion: ReturnType<typeof confusionMatrix>,
  random: Random,
): EpochExport[] {
  return Array.from({ length: sample.epochs }, (_, epoch) => {
    const last = epoch === sample.epochs - 1
    const grown = (1 - Math.exp((-3 * (epoch + 1)) / sample.epochs)) / (1 - Math.exp(-3))
    const test = last ? accuracy : accuracy * (0.6 + 0.4 * grown) - 0.01 * random.uniform()
    const evaluation = { images: sample.testImages, loss: 1.2 - test, seconds: 9.5, confusion: null }
    return {
      epoch,
      trainLoss: 1.1 - 0.9 * test,
      trainAccuracy: Math.min(0.999, test * (0.9 + 0.25 * grown)),
      authorLoss: sample.authorMetrics ? 1 - 0.9 * test : null,
      authorAccuracy: sample.authorMetrics ? Math.min(0.999, test * (0.95 + 0.25 * grown)) : null,
      trainSeconds: 61.25 + epoch,
      evaluations: [
        ...(sample.validation
          ? [{ ...evaluation, part: 'validation' as const, accuracy: test + 0.01 * random.uniform() }]
          : []),
        { ...evaluation, part: 'test' as const, accuracy: test, confusion: last ? confusion : null },
      ],
    }
  })
}

/** Predictions drawn from the published confusion where its classes fit, else mostly right. */
function samplePredictions({ preset, classes, testImages, epochs }: Sample, random: Random): PredictionExport {
  const k = classes.length
  const published = publishedRecord(preset)?.confusion
  const rows = published?.length === k ? published : null
  const labels = Uint16Array.from({ length: testImages }, (_, i) => i % k)
  const predicted = labels.map((truth) => draw(rows?.[truth] ?? mostlyRight(truth, k), random))
  const confidence = Float32Array.from({ length: testImages }, () => 1 - 0.7 * random.uniform() ** 2)
  const probabilities = new Float32Array(testImages * k)
  predicted.forEach((c, i) => {
    for (let other = 0; other < k; other++) {
      probabilities[i * k + other] = other === c ? confidence[i]! : (1 - confidence[i]!) / (k - 1)
    }
  })
  const ids = Uint32Array.from({ length: testImages }, (_, i) => 1000 + i)
  const sourceName = (id: number): string => `test/${id}.png`
  return { epoch: epochs - 1, ids, sourceName, labels, predicted, confidence, probabilities }
}

const mostlyRight = (truth: number, k: number): number[] =>
  Array.from({ length: k }, (_, c) => (c === truth ? 6 * k : 1))

/** An index with probability in proportion to its weight. */
function draw(weights: readonly number[], random: Random): number {
  let left = random.uniform() * weights.reduce((sum, weight) => sum + weight, 0)
  return Math.max(
    0,
    weights.findIndex((weight) => (left -= weight) < 0),
  )
}

/** A disc on a gradient, its place from the id: something whose pixels can be told apart. */
function sampleImage(id: number, height: number, width: number, channels: number): Uint8Array {
  const [cx, cy] = [(id * 7) % width, (id * 13) % height]
  return Uint8Array.from({ length: height * width * channels }, (_, i) => {
    const [c, x, y] = [i % channels, Math.floor(i / channels) % width, Math.floor(i / channels / width)]
    const inside = Math.hypot(x - cx, y - cy) < width / 4
    return inside ? 230 - 60 * c : (40 * c + 4 * x + 2 * y) % 256
  })
}
