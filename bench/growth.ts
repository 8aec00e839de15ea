/**
 * How the cost of a training step grows: time a batch against batch size, width, tokens, N, T, M, classes and threads, beside
 * what the form's estimate expects. Each point has a process of its own and is compared with the machine's rate in plain
 * matrix products just before and just after, so that a machine that slows down for a while is not taken for the model.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { table } from '../src/main/cli/output/table'
import { formatPercent } from '../src/shared/charts/format'
import { expectedBatch } from '../src/shared/experiment/prediction'
import type { ExecutionMode } from '../src/shared/experiment/engine-info'
import type { BenchArguments } from './arguments'
import { type Axis, axes, type Point } from './growth/axes'
import { growthChart } from './growth/chart'
import { productRate } from './product'
import { randomTraining } from './random-training'
import { median, report, runBench } from './result'

const WARM_UP = 1
const BATCHES = 5

/** One point's numbers. */
export interface Growth {
  readonly axis: string
  readonly preset: string
  readonly value: number
  /** Milliseconds a batch. */
  readonly medianMs: number
  readonly batchMs: readonly number[]
  /** By the cost model, on a machine of the rate measured. */
  readonly expectedMs: number
  /** GFLOP/s of matrix products before and after, with all the cores that the axis does not take away. */
  readonly matrixGflops: readonly [before: number, after: number]
}

/** What a point's process is told. */
interface Order {
  readonly axis: Axis
  readonly point: Point
  readonly mode: ExecutionMode
}

async function measure({ axis, point, mode }: Order, binding: string | null): Promise<Growth> {
  const { settings, classes, threads = null } = point
  const { engine, configuration, input, trainBatch } = await randomTraining(axis.preset, {
    binding,
    mode,
    settings,
    ...(classes === undefined ? {} : { classes }),
    threads,
  })
  const before = productRate(binding, threads)
  const batchMs: number[] = []
  for (let i = 0; i < WARM_UP + BATCHES; i++) {
    const began = performance.now()
    trainBatch()
    if (i >= WARM_UP) batchMs.push(performance.now() - began)
  }
  const after = productRate(binding, threads)
  return {
    axis: axis.name,
    preset: axis.preset,
    value: point.value,
    medianMs: median(batchMs),
    batchMs,
    expectedMs: 1000 * expectedBatch(configuration, input, (before + after) / 2, engine.lanes ?? 1),
    matrixGflops: [before, after],
  }
}

function measureApart(order: Order, binding: string | null): Growth {
  process.stderr.write(`${order.axis.preset}, ${order.axis.name} ${order.point.value} …\n`)
  const options = ['--only', JSON.stringify(order), ...(binding === null ? [] : ['--binding', binding])]
  const output = execFileSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return JSON.parse(output) as Growth
}

const asTable = (points: readonly Growth[]): string =>
  table(
    [
      { head: 'preset' },
      { head: 'axis' },
      { head: 'value', align: 'right' },
      { head: 'ms/batch', align: 'right' },
      { head: 'expected', align: 'right' },
      { head: 'off by', align: 'right' },
      { head: 'product GFLOP/s', align: 'right' },
    ],
    points.map((point) => [
      point.preset,
      point.axis,
      String(point.value),
      point.medianMs.toFixed(0),
      point.expectedMs.toFixed(0),
      formatPercent(point.expectedMs / point.medianMs - 1),
      point.matrixGflops.map((rate) => rate.toFixed(0)).join(' – '),
    ]),
  )

async function main(given: BenchArguments): Promise<void> {
  if (given.only !== null) {
    process.stdout.write(JSON.stringify(await measure(JSON.parse(given.only) as Order, given.binding)))
    return
  }
  const chosen = axes().filter(
    ({ name, preset }) => (given.cases?.includes(name) ?? true) && (given.presets?.includes(preset) ?? true),
  )
  const mode = given.mode ?? 'graph'
  const points = chosen.flatMap((axis) =>
    axis.points.map((point) => measureApart({ axis: { ...axis, points: [] }, point, mode }, given.binding)),
  )
  if (given.chart !== null) writeFileSync(given.chart, growthChart(points))
  report(given, { bench: 'growth', mode, points }, asTable(points))
}

await runBench(main)
