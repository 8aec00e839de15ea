/**
 * How fast the engine trains, preset by preset and mode by mode (`--mode` for one): time a batch, images a second, arithmetic a second and its share of what
 * this machine reaches in plain matrix products, measured just before and just after. Each preset has a process of its
 * own, so that its peak memory is its own.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { tf } from '../src/main/engine/backends/tf'
import type { EngineInfo } from '../src/main/engine/protocol'
import { table } from '../src/main/cli/output/table'
import { formatBytes, formatCount, formatPercent } from '../src/shared/charts/format'
import { findPreset } from '../src/main/lab/experiments/configure'
import { type ExecutionMode, executionModes } from '../src/shared/experiment/engine-info'
import { presets } from '../src/shared/experiment/presets'
import { modelCost } from '../src/shared/experiment/registry'
import type { BenchArguments } from './arguments'
import { productRate } from './product'
import { randomTraining } from './random-training'
import { median, peakMemory, report, runBench } from './result'

const WARM_UP = 2
const BATCHES = 10

/** One preset's numbers. */
interface Measurement {
  readonly preset: string
  readonly mode: ExecutionMode
  readonly engine: EngineInfo
  readonly parameters: number
  readonly batch: number
  /** Milliseconds of the first batch: recording and compiling are in it. */
  readonly firstMs: number
  /** Milliseconds of each batch after the warm-up, in order. */
  readonly batchMs: readonly number[]
  readonly medianMs: number
  readonly imagesPerSecond: number
  readonly gflops: number
  /** GFLOP/s of matrix products before and after. */
  readonly matrixGflops: readonly [before: number, after: number]
  /** gflops over the mean of matrixGflops. */
  readonly share: number
  readonly peakBytes: number
  readonly tensorsLeft: number
}

/** Trains a fresh model of one preset on random images. */
async function measure(name: string, mode: ExecutionMode, binding: string | null): Promise<Measurement> {
  const { engine, preset, batch, learner, trainBatch } = await randomTraining(name, { binding, mode })
  const before = productRate(binding)
  const batchMs: number[] = []
  let firstMs = 0
  let tensors = 0
  for (let i = 0; i < WARM_UP + BATCHES; i++) {
    if (i === WARM_UP) tensors = tf.memory().numTensors
    const began = performance.now()
    trainBatch()
    const took = performance.now() - began
    if (i === 0) firstMs = took
    if (i >= WARM_UP) batchMs.push(took)
  }
  const tensorsLeft = tf.memory().numTensors - tensors
  const peakBytes = peakMemory()
  const after = productRate(binding)
  const medianMs = median(batchMs)
  const gflops = (modelCost(preset.model, preset.input).trainFlops * batch) / (medianMs * 1e6)
  return {
    preset: name,
    mode,
    engine,
    parameters: learner.parameters,
    batch,
    firstMs,
    batchMs,
    medianMs,
    imagesPerSecond: (1000 * batch) / medianMs,
    gflops,
    matrixGflops: [before, after],
    share: gflops / ((before + after) / 2),
    peakBytes,
    tensorsLeft,
  }
}

/** Measures one preset in one mode in a process of its own. */
function measureApart(preset: string, mode: ExecutionMode, { binding }: BenchArguments): Measurement {
  process.stderr.write(`${preset}, ${mode} …\n`)
  const options = ['--only', preset, '--mode', mode, ...(binding === null ? [] : ['--binding', binding])]
  const output = execFileSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(output) as Measurement
}

const asTable = (measurements: readonly Measurement[]): string =>
  table(
    [
      { head: 'preset' },
      { head: 'mode' },
      { head: 'batch', align: 'right' },
      { head: 'ms/batch', align: 'right' },
      { head: 'images/s', align: 'right' },
      { head: 'GFLOP/s', align: 'right' },
      { head: 'of product', align: 'right' },
      { head: 'product GFLOP/s', align: 'right' },
      { head: 'peak memory', align: 'right' },
      { head: 'first batch, s', align: 'right' },
    ],
    measurements.map((m) => [
      m.preset,
      m.mode,
      formatCount(m.batch),
      m.medianMs.toFixed(0),
      m.imagesPerSecond.toFixed(1),
      m.gflops.toFixed(1),
      formatPercent(m.share),
      m.matrixGflops.map((rate) => rate.toFixed(0)).join(' – '),
      formatBytes(m.peakBytes),
      (m.firstMs / 1000).toFixed(1),
    ]),
  )

async function main(given: BenchArguments): Promise<void> {
  if (given.only !== null) {
    process.stdout.write(JSON.stringify(await measure(given.only, given.mode ?? 'eager', given.binding)))
    return
  }
  const names = given.names.length > 0 ? given.names : presets.filter((p) => p.data !== null).map((p) => p.name)
  names.forEach(findPreset) // a wrong name is told before minutes are spent
  const modes = given.mode ? [given.mode] : executionModes
  const measurements = names.flatMap((name) => modes.map((mode) => measureApart(name, mode, given)))
  report(given, { bench: 'engine', measurements }, asTable(measurements))
}

await runBench(main)
