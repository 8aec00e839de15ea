import { CONFIGURATION_VERSION } from '../../shared/experiment/configuration'
import { presets } from '../../shared/experiment/presets'
import type { LiveSteps } from '../../shared/contract/events'
import type { LabClient } from '../transport/client'
import { FakeClient } from '../transport/fake'
import { dataSetAnswers } from './demo-data'
import { experimentAnswers } from './demo-experiment'
import { engineAnswers } from './demo-engine'
import { demoRuns, runAnswers } from './demo-runs'

/** A made-up loss that falls and jitters. */
const lossAt = (step: number): number =>
  0.03 + 2.3 * Math.exp(-step / 300) * (1 + 0.2 * Math.sin(step * 1.7) * Math.cos(step * 0.31))

const steps = (firstStep: number, count: number): LiveSteps => {
  const numbers = Array.from({ length: count }, (_, i) => firstStep + i)
  const zeros = numbers.map(() => 0)
  const rest = {
    epoch: zeros,
    seconds: numbers,
    wallTime: numbers,
    learningRate: zeros,
    gradientNorm: zeros,
    accuracy: zeros,
  }
  return { firstStep, batch: numbers.map((n) => Math.floor(n / 2)), loss: numbers.map(lossAt), ...rest }
}

/**
 * A lab of canned answers in which one run trains. Development only. `?fake=empty`: before its first run; `problem`: the queue
 * was paused by one and the GPU is not used; `plain`: the plain backend; `lost`, `refused`: without a connection.
 */
export function demo(): LabClient {
  const kind = new URLSearchParams(location.search).get('fake')
  const empty = kind === 'empty'
  const made = demoRuns(kind === 'problem')
  if (empty) Object.assign(made, { runs: [], queue: { ...made.queue, order: [], running: null } })
  const settings: Record<string, unknown> = {}
  const { model, training } = presets[0]!
  let next = 1500
  const fake: FakeClient = new FakeClient({
    'lab.state': () => ({
      version: '0.1.0',
      home: '~/hrm-lab',
      platform: 'linux',
      sequence: fake.sequence,
      notices: [],
    }),
    ...runAnswers(made, (...events) => fake.emit(...events)),
    ...engineAnswers(kind, (event) => fake.emit(event)),
    ...dataSetAnswers(empty, (event) => fake.emit(event)),
    ...experimentAnswers(() => fake.request('dataSets.list', { trashed: false })),
    'settings.get': ({ key }) => settings[key] ?? null,
    'settings.set': ({ key, value }) => ((settings[key] = value), null),
    'runs.get': ({ id }) => ({
      run: made.runs.find((run) => run.id === id)!,
      configuration: { version: CONFIGURATION_VERSION, preset: 'hrm-mnist', model, training },
      epochs: [
        {
          epoch: 1,
          trainLoss: 0.41,
          trainAccuracy: 0.871,
          trainSeconds: 97,
          evaluations: [{ part: 'test', loss: 0.1, accuracy: 0.96, seconds: 3 }],
        },
      ],
      steps: next,
      labVersion: '0.1.0',
      gitCommit: null,
      dataHash: '0'.repeat(64),
    }),
    'runs.log': () => [{ time: 1_790_000_000_000, level: 'info', message: 'The run began.' }],
    'runs.curve': () => {
      const { batch, loss } = steps(0, next)
      return { x: [...batch], y: loss.map(Number), total: next, drawn: next }
    },
  })
  setInterval(() => {
    if (made.queue.running !== null) fake.emit(...news(made.queue.running, (next += 5)))
  }, 100)
  if (kind === 'lost' || kind === 'refused') setTimeout(() => fake.connect(false, kind === 'refused'), 300)
  return fake
}

const news = (id: string, next: number): Parameters<FakeClient['emit']> => [
  { kind: 'run-steps', id, steps: steps(next - 5, 5) },
  {
    kind: 'run-progress',
    id,
    phase: 'training',
    epoch: 2,
    epochs: 3,
    batch: next % 469,
    batches: 469,
    imagesPerSecond: 128,
    residentBytes: 2 ** 29,
    secondsLeft: 240,
  },
]
