/**
 * Whether the engine's memory stays level over an epoch: resident memory and tensors after every batch. An epoch of
 * hrm-mnist takes a quarter of an hour and more, so it runs only when named; `--batches` shortens it.
 */
import { tf } from '../src/main/engine/backends/tf'
import { formatBytes, formatCount, formatPercent } from '../src/shared/charts/format'
import { table } from '../src/main/cli/output/table'
import type { BenchArguments } from './arguments'
import { treeMemory } from './memory'
import { randomTraining } from './random-training'
import { median, report, runBench } from './result'

/** An epoch of CIFAR-10 in batches of 128; MNIST's has 469. */
const EPOCH = 391
/** Batches before the first that counts: buffers of every size have been made once. */
const WARM_UP = 10

/** Resident bytes and what they did over the batches. */
interface Level {
  readonly preset: string
  readonly batches: number
  /** Median of the first and of the last quarter, and the largest of all. Bytes. */
  readonly first: number
  readonly last: number
  readonly largest: number
  readonly tensorsLeft: number
  /** After each batch. */
  readonly residentBytes: readonly number[]
}

async function measure({ names, binding, batches, mode }: BenchArguments): Promise<Level> {
  const name = names[0] ?? 'cnn-cifar10'
  const { trainBatch } = await randomTraining(name, { binding, mode: mode ?? 'eager' })
  for (let i = 0; i < WARM_UP; i++) trainBatch()
  const tensors = tf.memory().numTensors
  const residentBytes: number[] = []
  for (let i = 0; i < (batches ?? EPOCH); i++) {
    trainBatch()
    residentBytes.push(treeMemory())
  }
  const quarter = Math.max(1, Math.floor(residentBytes.length / 4))
  return {
    preset: name,
    batches: residentBytes.length,
    first: median(residentBytes.slice(0, quarter)),
    last: median(residentBytes.slice(-quarter)),
    largest: Math.max(...residentBytes),
    tensorsLeft: tf.memory().numTensors - tensors,
    residentBytes,
  }
}

const asTable = (level: Level): string =>
  table(
    [
      { head: 'preset' },
      { head: 'batches', align: 'right' },
      { head: 'first quarter', align: 'right' },
      { head: 'last quarter', align: 'right' },
      { head: 'change', align: 'right' },
      { head: 'largest', align: 'right' },
      { head: 'tensors left', align: 'right' },
    ],
    [
      [
        level.preset,
        formatCount(level.batches),
        formatBytes(level.first),
        formatBytes(level.last),
        formatPercent(level.last / level.first - 1),
        formatBytes(level.largest),
        String(level.tensorsLeft),
      ],
    ],
  )

await runBench(async (given) => {
  const level = await measure(given)
  report(given, { bench: 'resident', ...level }, asTable(level))
})
