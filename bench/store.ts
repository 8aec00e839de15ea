/**
 * How fast the store is: 1 million optimizer steps in and back out as a curve of 2,000 points.
 *   npm run bench -- store [--json] [--out FILE]
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openStore, type Store } from '../src/main/store/store'
import { presetConfiguration, presets } from '../src/shared/experiment/presets'
import {
  makeSteps,
  sliceSteps,
  stepColumnTypes,
  type StepColumnName,
  type StepColumns,
} from '../src/shared/metrics/steps'
import { Random } from '../src/shared/random/philox'
import { benchArguments } from './arguments'
import { report } from './result'

export interface StoreBench {
  readonly steps: number
  readonly points: number
  readonly repeats: number
  /** Medians, milliseconds. */
  readonly insertMs: number
  readonly envelopeMs: number
  /** Insert and envelope together. */
  readonly totalMs: number
  /** The envelope of the middle tenth, as after a zoom. */
  readonly zoomMs: number
  /** The same steps as a live run sends them, 100 at a time, each committed; a message. */
  readonly liveAppendMs: number
  readonly closeMs: number
  /** Of the closed database with the steps once. */
  readonly bytes: number
}

const STEPS = 1_000_000
const POINTS = 2000
const LIVE_STEPS = 100_000
const LIVE_BLOCK = 100

/** Runs the benchmark in a folder of its own. */
export function benchStore(repeats = 7): StoreBench {
  const steps = exampleSteps(STEPS)
  const rounds = Array.from({ length: repeats }, () => round(steps))
  const middle = (of: (result: Round) => number) => median(rounds.map(of))
  return {
    steps: STEPS,
    points: POINTS,
    repeats,
    insertMs: middle((r) => r.insertMs),
    envelopeMs: middle((r) => r.envelopeMs),
    totalMs: middle((r) => r.insertMs + r.envelopeMs),
    zoomMs: middle((r) => r.zoomMs),
    liveAppendMs: middle((r) => r.liveAppendMs),
    closeMs: middle((r) => r.closeMs),
    bytes: middle((r) => r.bytes),
  }
}

type Round = ReturnType<typeof round>

function round(steps: StepColumns) {
  const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-bench-'))
  try {
    const file = join(folder, 'lab.sqlite')
    const store = openStore(file)
    const run = newRun(store)
    const insertMs = timed(() => store.steps.append(run, steps))
    const envelopeMs = timed(() => store.steps.envelope(run, 'loss', { x: 'step', points: POINTS }))
    const zoom = { x: 'step', points: POINTS, from: STEPS * 0.45, to: STEPS * 0.55 } as const
    const zoomMs = timed(() => store.steps.envelope(run, 'loss', zoom))
    const closeMs = timed(() => store.close())
    const { size } = statSync(file)
    return { insertMs, envelopeMs, zoomMs, closeMs, bytes: size, liveAppendMs: live(file, steps) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function live(file: string, steps: StepColumns): number {
  const store = openStore(file)
  const run = newRun(store)
  const ms = timed(() => {
    for (let at = 0; at < LIVE_STEPS; at += LIVE_BLOCK) store.steps.append(run, sliceSteps(steps, at, at + LIVE_BLOCK))
  })
  store.close()
  return ms / (LIVE_STEPS / LIVE_BLOCK)
}

/** A run to record for. */
function newRun(store: Store): string {
  const hash = '0'.repeat(64)
  if (!store.dataSets.findByHash(hash)) {
    const part = { offset: 0, count: 1 }
    store.dataSets.insert({
      id: 'bench',
      folder: 'datasets/bench',
      manifest: {
        version: 1,
        name: 'bench',
        hash,
        known: null,
        height: 8,
        width: 8,
        channels: 1,
        classes: ['a', 'b'],
        parts: { train: part, validation: part, test: part },
        mean: [0],
        std: [1],
        source: { path: '', reader: 'folder', size: 8, fit: 'none', background: '#fff', splitSeed: 0, coarse: false },
        importedAt: '',
      },
      report: { classes: [], skipped: [], duplicates: [], imbalance: 1, notes: [] },
    })
  }
  const configuration = presetConfiguration(presets[0]!)
  const experiment = store.experiments.insert({ name: 'bench', configuration, dataSet: 'bench' })
  return store.runs.insert({ experiment, seed: 1, labVersion: '0', gitCommit: null }).id
}

/** Columns as a CNN run makes them (CIFAR-10 in batches of 128): all move but segment and the author's pass, which are off. */
function exampleSteps(count: number): StepColumns {
  const batches = 391
  const random = new Random(1)
  const values: Record<StepColumnName, (step: number) => number> = {
    batch: (step) => step % batches,
    epoch: (step) => Math.floor(step / batches),
    segment: () => 0,
    seconds: (step) => step * 0.123,
    wallTime: (step) => 1.8e12 + Math.floor(step * 123.4),
    loss: (step) => 1e3 / (step + 1e3) + random.uniform() * 0.1,
    learningRate: (step) => 3e-4 * (1 - step / count),
    gradientNorm: () => random.uniform(),
    accuracy: () => random.below(129) / 128,
    authorLoss: () => NaN,
    authorAccuracy: () => NaN,
  }
  return makeSteps(0, (name) => {
    const column = new stepColumnTypes[name](count)
    for (let i = 0; i < count; i++) column[i] = values[name](i)
    return column
  })
}

function timed(work: () => unknown): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

const ms = (value: number) => `${value.toFixed(1)} ms`

const asText = (result: StoreBench): string =>
  [
    `${result.steps.toLocaleString('en')} steps inserted               ${ms(result.insertMs)}`,
    `… and read as ${result.points.toLocaleString('en')} points           ${ms(result.envelopeMs)}`,
    `together                               ${ms(result.totalMs)}  (wanted: under 200 ms)`,
    `the middle tenth, as ${result.points.toLocaleString('en')} points    ${ms(result.zoomMs)}`,
    `${LIVE_BLOCK} steps added to a live run          ${ms(result.liveAppendMs)}`,
    `closing, all moved to the database     ${ms(result.closeMs)}, ${(result.bytes / 2 ** 20).toFixed(1)} MiB`,
    `medians of ${result.repeats}`,
  ].join('\n')

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const given = benchArguments()
  const result = benchStore()
  report(given, { bench: 'store', ...result }, asText(result))
}
