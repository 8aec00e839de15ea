import type { CurveName, CurvesView } from '../../shared/contract/curves'
import type { LabEvent, LiveSteps } from '../../shared/contract/events'
import type { RunView } from '../../shared/contract/runs'
import { CONFIGURATION_VERSION } from '../../shared/experiment/configuration'
import { presets } from '../../shared/experiment/presets'
import { envelope } from '../../shared/metrics/envelope'
import { Ema } from '../../shared/metrics/smoothing'
import { countsSteps, stepsPerUnit } from '../../shared/metrics/step-axis'
import type { FakeAnswers } from '../transport/fake'

/** Made-up curves of a run of hrm-mnist: two steps a batch, 469 batches an epoch, three epochs. */

const shape = { stepsPerBatch: 2, batchesPerEpoch: 469, batchImages: 128, epochImages: 60_000 }
const TOTAL = 3 * shape.stepsPerBatch * shape.batchesPerEpoch
const BEGAN = 1_790_000_000_000
const SECONDS = 1.4

const jitter = (step: number): number => Math.sin(step * 1.7) * Math.cos(step * 0.31) + 0.6 * Math.sin(step * 12.9898)
const values: Record<CurveName, (step: number) => number> = {
  loss: (step) => (0.03 + 2.3 * Math.exp(-step / 200) + 0.2 * Math.exp(-step / 900)) * Math.exp(0.25 * jitter(step)),
  authorLoss: () => NaN,
  learningRate: (step) => 3e-4 * Math.min(1, step / 100) * (0.5 + 0.5 * Math.cos((Math.PI * step) / TOTAL)),
  gradientNorm: (step) => (0.4 + 3 * Math.exp(-step / 150)) * Math.exp(0.4 * jitter(step + 7)),
  imagesPerSecond: (step) => 64 / (SECONDS * (1 + 0.06 * jitter(step))),
  residentBytes: (step) => 2.4e9 + 3e7 * Math.min(1, step / 60) + 1e6 * jitter(step),
}

/** Steps as they come while the run trains. */
export const liveSteps = (firstStep: number, count: number): LiveSteps => {
  const numbers = Array.from({ length: count }, (_, i) => firstStep + i)
  return {
    firstStep,
    batch: numbers.map((n) => Math.floor(n / 2)),
    epoch: numbers.map((n) => Math.floor(n / 938)),
    seconds: numbers.map((n) => (n + 1) * SECONDS),
    wallTime: numbers.map((n) => BEGAN + (n + 1) * 1000 * SECONDS),
    loss: numbers.map(values.loss),
    learningRate: numbers.map(values.learningRate),
    gradientNorm: numbers.map(values.gradientNorm),
    accuracy: numbers.map(() => null),
    authorLoss: numbers.map(() => null),
  }
}

/** How many steps a run of the demonstration has. */
function stepsOf(run: RunView, live: () => number): number {
  if (run.state === 'running') return live()
  if (run.state === 'queued') return 0
  return run.state === 'finished' ? TOTAL : 1100
}

function curves(asked: Parameters<NonNullable<FakeAnswers['runs.curves']>>[0], steps: number): CurvesView {
  const { axis, from, to, logX, smoothing } = asked
  const place = (step: number): number => {
    if (countsSteps(axis)) return (step + 1) / stepsPerUnit(axis, shape)
    return axis === 'seconds' ? (step + 1) * SECONDS : BEGAN + (step + 1) * 1000 * SECONDS
  }
  const x = Float64Array.from({ length: steps }, (_, step) => place(step))
  const range = x.length > 0 ? x.at(-1)! - x[0]! : 0
  return {
    ...{ steps, shape, extent: steps > 0 ? { first: x[0]!, last: x.at(-1)! } : null, lastSeconds: steps * SECONDS },
    epochEnds: [1, 2, 3].flatMap((epoch) => (938 * epoch <= steps ? [{ epoch, x: place(938 * epoch - 1) }] : [])),
    curves: asked.curves.map(({ name, points, smooth }) => {
      const y = x.map((_, step) => values[name](step))
      const ema = new Ema(smoothing, range)
      const average = ema.all(y, x)
      const thin = (of: Float64Array) => envelope(x, of, { from, to, logX, points })
      const raw = thin(y)
      const [sorted, averages] = [[...raw.y].sort((a, b) => a - b), smooth ? thin(average) : null]
      return {
        name,
        raw: { x: [...raw.x], y: [...raw.y] },
        total: raw.total,
        notFinite: 0,
        smooth: averages && { x: [...averages.x], y: [...averages.y] },
        average: smooth ? ema.state : null,
        usual: sorted.length > 0 ? { low: sorted[3] ?? sorted[0]!, high: sorted.at(-4) ?? sorted.at(-1)! } : null,
      }
    }),
  }
}

const reasons: Partial<Record<RunView['state'], string>> = {
  failed: 'The loss is NaN (gradient norm Infinity) at step 1100 (epoch 2, batch 82 of 469).',
  interrupted: 'The engine process was ended by SIGKILL.',
}

/** Why a run of the demonstration is in its state. */
export const demoMessage = (run: RunView): RunView => ({ ...run, message: reasons[run.state] ?? null })

/** Answers about one run: what it is made of, its log and its curves. */
export function curveAnswers(runs: () => readonly RunView[], live: () => number): FakeAnswers {
  const preset = presets.find(({ name }) => name === 'hrm-mnist')!
  const run = (id: string): RunView => runs().find((one) => one.id === id)!
  const epochsOf = (id: string): number => Math.floor(stepsOf(run(id), live) / 938)
  return {
    'runs.get': ({ id }) => ({
      run: run(id),
      configuration: {
        ...{ version: CONFIGURATION_VERSION, preset: preset.name, model: preset.model },
        training: { ...preset.training, batch: 128, labelSmoothing: 0.1 },
      },
      epochs: Array.from({ length: epochsOf(id) }, (_, i) => ({
        ...{ epoch: i + 1, trainLoss: 0.41 / (i + 1), trainAccuracy: 0.99 - 0.12 / (i + 1), trainSeconds: 1310 },
        evaluations: [{ part: 'test', loss: 0.1, accuracy: 0.985 - 0.03 / (i + 1), seconds: 3 }],
      })),
      steps: stepsOf(run(id), live),
      labVersion: '0.1.0',
      gitCommit: null,
      dataHash: '0123456789abcdef'.repeat(4),
      checkpoint: run(id).state === 'queued' ? null : { step: 938 },
    }),
    'runs.log': ({ id }) => [
      { time: BEGAN, level: 'info', message: 'The run began.' },
      { time: BEGAN + 60_000, level: 'warning', message: 'The system has little memory left: 512 MiB.' },
      ...(run(id).message ? [{ time: BEGAN + 1_540_000, level: 'error' as const, message: run(id).message! }] : []),
    ],
    'runs.curves': (asked) => curves(asked, stepsOf(run(asked.id), live)),
    'runs.published': ({ id }) =>
      run(id).preset === 'hrm-mnist'
        ? {
            source: 'A. V. Mantzaris, arXiv 2510.03598 (2025), author’s published experiment record (MIT)',
            measured: 'segment-mean',
            batchLoss: Array.from({ length: 1407 }, (_, batch) => 1.3 * values.loss(2 * batch + 300)),
            epochs: [1, 2, 3].map((epoch) => ({ epoch, trainAccuracy: 0.986 - 0.1 / epoch, testAccuracy: null })),
            testAccuracy: 0.980222,
          }
        : null,
  }
}

/** What is told of the run that trains, as it does. */
export const trainingNews = (id: string, next: number): LabEvent[] => [
  { kind: 'run-steps', id, steps: liveSteps(next - 5, 5) },
  {
    ...{ kind: 'run-progress', id, phase: 'training', epoch: 1 + Math.floor(next / 938), epochs: 3 },
    ...{ batch: Math.floor(next / 2) % 469, batches: 469, imagesPerSecond: values.imagesPerSecond(next) * 2 },
    ...{ residentBytes: values.residentBytes(next), secondsLeft: Math.max(0, TOTAL - next) * SECONDS },
  },
]
