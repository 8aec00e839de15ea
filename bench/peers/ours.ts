/**
 * The lab's own engine as a contender, in a process of its own, by the same lines as run.py: JSON when ready, then one line for
 * each `{"batches": n}` of standard input. Arguments: binding, preset, mode, folder of golden vectors, threads. The mode `bfloat16` is graph
 * with bfloat16 products: its golden vectors are graph's, in float32. A mode `product` measures the machine's matrix product
 * instead and ends.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { loadBackend } from '../../src/main/engine/backends/load'
import { selfTest } from '../../src/main/engine/process/self-test'
import { verifyVectors } from '../../src/main/engine/training/vectors'
import type { ExecutionMode, Precision } from '../../src/shared/experiment/engine-info'
import { randomTraining } from '../random-training'
import { peakMemory } from '../result'
import type { Golden, Ready, Turn } from './contender'

/** Side of the square matrices whose product is the machine's yardstick. */
const PRODUCT = 2048
/** Batches before the first that is timed, as for the peers. */
const WARM_UP = 3

const [binding, preset, mode, vectors, threads] = process.argv.slice(2) as [
  string,
  string,
  ExecutionMode | 'bfloat16' | 'product',
  string,
  string?,
]

const say = (message: object): void => void process.stdout.write(`${JSON.stringify(message)}\n`)

/** Every golden vector of a family in this mode. @throws Error for a number past its tolerance */
function verified(family: string, mode: ExecutionMode, lanes: number): Golden[] {
  const files = readdirSync(vectors).filter((file) => file.startsWith(`${family}-`) && file.endsWith('.safetensors'))
  if (files.length === 0) throw new Error(`${vectors} holds no golden vectors of ${family}`)
  return files.map((file) => {
    const groups = verifyVectors(join(vectors, file), mode, lanes)
    const wrong = groups.find(({ worst, tolerance }) => !(worst <= tolerance))
    if (wrong) throw new Error(`${file}, ${wrong.worstTensor}: off by ${wrong.worst}, allowed ${wrong.tolerance}`)
    const worst = (unit: string): number => Math.max(...groups.filter((g) => g.unit === unit).map((g) => g.worst))
    const tensors = groups.reduce((sum, group) => sum + group.tensors, 0)
    return { file, tensors, relative: worst('relative'), steps: worst('learning-rate steps') }
  })
}

function turn(trainBatch: () => void, batches: number): Turn {
  const ms = Array.from({ length: batches }, () => {
    const began = performance.now()
    trainBatch()
    return performance.now() - began
  })
  const { user, system } = process.cpuUsage()
  return { ms, cpuMs: (user + system) / 1000, peakBytes: peakMemory() }
}

async function compete(mode: ExecutionMode, precision: Precision): Promise<void> {
  const training = await randomTraining(preset, { binding, mode, precision, threads: Number(threads) })
  const golden = verified(training.preset.model.family, mode, training.engine.lanes ?? 1)
  const firstMs = turn(training.trainBatch, 1).ms[0]!
  turn(training.trainBatch, WARM_UP)
  const { engine, learner } = training
  const ready: Ready = { version: `TensorFlow ${engine.tensorflow}`, parameters: learner.parameters, firstMs, golden }
  say(ready)
  for await (const line of createInterface({ input: process.stdin }))
    say(turn(training.trainBatch, (JSON.parse(line) as { batches: number }).batches))
}

if (mode === 'product') {
  await loadBackend({ backend: 'tensorflow', bindingPath: binding, threads: null })
  say(await selfTest(PRODUCT))
} else if (mode === 'bfloat16') await compete('graph', 'bfloat16')
else await compete(mode, 'float32')
