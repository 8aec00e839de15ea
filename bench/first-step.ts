/**
 * How long a run takes from its engine's start to its first step, in each mode: with what the cache keeps of earlier runs (recorded
 * and compiled steps) deleted, and again with it. The engine is the built one, on a data set of the preset's size of images;
 * the modes' measuring, which a model's first run does, is not in it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { table } from '../src/main/cli/output/table'
import { xlaCacheFolder } from '../src/main/engine/backends/xla-cache'
import type { EngineEvent } from '../src/main/engine/protocol'
import { writeStripes } from '../src/main/engine/testing/stripes'
import { EngineProcess } from '../src/main/lab/engine/supervisor'
import { configure, findPreset } from '../src/main/lab/experiments/configure'
import type { ExecutionMode } from '../src/shared/experiment/engine-info'
import { lanesOf } from '../src/shared/experiment/lanes'
import type { BenchArguments } from './arguments'
import { median, report, runBench } from './result'

const ROUNDS = 3
/** Images: whole batches and an odd last one, and a test part. */
const COUNTS = { train: 1000, validation: 0, test: 300 }

/** Seconds from the start of the engine's process. */
interface FirstStep {
  readonly preset: string
  readonly mode: ExecutionMode
  readonly kept: boolean
  /** TensorFlow is loaded. */
  readonly loaded: number
  /** The first batch was trained. */
  readonly step: number
  /** A later batch. */
  readonly batch: number
}

async function measure(preset: string, mode: ExecutionMode, kept: boolean, binding: string): Promise<FirstStep> {
  const configuration = configure({ preset, assignments: [`training.mode=${mode}`, 'training.epochs=1'] })
  const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-bench-'))
  const engine = new EngineProcess({ entry: join('out', 'main', 'engine.js') })
  try {
    const dataSetFolder = join(folder, 'dataset')
    writeStripes(dataSetFolder, COUNTS, findPreset(preset).input)
    const batches: number[] = []
    const began = performance.now()
    const since = (): number => (performance.now() - began) / 1000
    engine.onEvent((event: EngineEvent) => {
      if (event.kind !== 'progress' || event.phase !== 'training') return
      batches.push(since())
      if (batches.length === 3) void engine.request({ kind: 'halt', how: 'stop' })
    })
    const base = { backend: 'tensorflow', bindingPath: binding, threads: null } as const
    const cpu = { backend: 'tensorflow', device: 'CPU', threads: availableParallelism() } as const
    await engine.start({ ...base, lanes: lanesOf(configuration, mode, cpu) })
    const loaded = since()
    const train = { configuration, dataSetFolder, runFolder: folder, resumeFrom: null, mode }
    await engine.request({ kind: 'train', train })
    const [first, second, third] = batches as [number, number, number]
    return { preset, mode, kept, loaded, step: first, batch: Math.min(second - first, third - second) }
  } finally {
    await engine.stop()
    rmSync(folder, { recursive: true })
  }
}

const asTable = (all: readonly FirstStep[]): string =>
  table(
    [
      { head: 'preset' },
      { head: 'mode' },
      { head: 'cache' },
      { head: 'loaded, s', align: 'right' },
      { head: 'first step, s', align: 'right' },
      { head: 'a batch, s', align: 'right' },
    ],
    all.map(({ preset, mode, kept, loaded, step, batch }) => [
      preset,
      mode,
      kept ? 'full' : 'empty',
      loaded.toFixed(2),
      step.toFixed(2),
      batch.toFixed(2),
    ]),
  )

async function main(given: BenchArguments): Promise<void> {
  const binding = given.binding!
  const names = given.presets ?? ['hrm-mnist', 'hrm-cifar10', 'cnn-cifar10']
  const modes: readonly ExecutionMode[] = given.mode ? [given.mode] : ['graph', 'xla']
  const results: FirstStep[] = []
  for (const preset of names)
    for (const mode of modes)
      for (const kept of [false, true]) {
        process.stderr.write(`${preset}, ${mode}, ${kept ? 'full' : 'empty'} cache …\n`)
        const rounds: FirstStep[] = []
        for (let round = 0; round < (given.rounds ?? ROUNDS); round++) {
          if (!kept)
            for (const cache of [join(dirname(binding), 'recordings'), xlaCacheFolder(binding)])
              rmSync(cache, { recursive: true, force: true })
          rounds.push(await measure(preset, mode, kept, binding))
        }
        const of = (key: 'loaded' | 'step' | 'batch'): number => median(rounds.map((round) => round[key]))
        results.push({ preset, mode, kept, loaded: of('loaded'), step: of('step'), batch: of('batch') })
      }
  report(given, { bench: 'first-step', results }, asTable(results))
}

await runBench(main)
