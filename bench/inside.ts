/**
 * How long a look into a model takes, on one thread as beside a training (lab/engine/side-engine.ts): what stored weights compute
 * on the way to one image's answer, the first time and again, and how right they are after each segment. Seconds are the
 * lab's, from question to answer; the weights are first ones, on which nothing depends.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { table } from '../src/main/cli/output/table'
import { loadBackend } from '../src/main/engine/backends/load'
import { createEagerLearner } from '../src/main/engine/models/registry'
import { writeStripes } from '../src/main/engine/testing/stripes'
import { writeSafetensors } from '../src/main/engine/training/safetensors'
import { EngineProcess } from '../src/main/lab/engine/supervisor'
import { configure, findPreset } from '../src/main/lab/experiments/configure'
import { SEGMENTS_SHOWN } from '../src/shared/inside/inside'
import type { BenchArguments } from './arguments'
import { median, report, runBench } from './result'

const LOOKS = 6
const SCORED = [8, 32, 128]
const COUNTS = { train: 8, validation: 0, test: Math.max(...SCORED) }

/** Seconds of one preset. */
interface Looks {
  readonly preset: string
  /** A recurrent model's: whether it has segments to score. */
  readonly first: number
  readonly later: number
  /** By images scored at once, the first time and again; empty without segments. */
  readonly scores: readonly { readonly images: number; readonly first: number; readonly again: number }[]
}

async function measure(preset: string, binding: string): Promise<Looks> {
  const { input } = findPreset(preset)
  const configuration = configure({ preset })
  const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-bench-'))
  const engine = new EngineProcess({ entry: join('out', 'main', 'engine.js') })
  try {
    const dataSetFolder = join(folder, 'dataset')
    writeStripes(dataSetFolder, COUNTS, input)
    const weights = join(folder, 'weights.safetensors')
    const learner = createEagerLearner(configuration, input)
    writeSafetensors(weights, learner.exportWeights(), {})
    learner.dispose()
    await engine.start({ backend: 'tensorflow', bindingPath: binding, threads: 1, beside: true })
    const looked = { weights, configuration, dataSetFolder, segments: SEGMENTS_SHOWN }
    const timed = async (ask: () => Promise<unknown>): Promise<number> => {
      const began = performance.now()
      await ask()
      return (performance.now() - began) / 1000
    }
    const look = (index: number): Promise<number> =>
      timed(() => engine.request({ kind: 'inspect', ...looked, image: { part: 'test', index } }))
    const first = await look(0)
    const later: number[] = []
    for (let index = 1; index < LOOKS; index++) later.push(await look(index))
    const scores: { images: number; first: number; again: number }[] = []
    const score = (images: number): Promise<number> => {
      const places = Uint32Array.from({ length: images }, (_, place) => place)
      return timed(() => engine.request({ kind: 'score-segments', ...looked, part: 'test', images: places }))
    }
    if (configuration.model.family !== 'cnn')
      for (const images of SCORED) scores.push({ images, first: await score(images), again: await score(images) })
    return { preset, first, later: median(later), scores }
  } finally {
    await engine.stop()
    rmSync(folder, { recursive: true })
  }
}

const asTable = (all: readonly Looks[]): string =>
  table(
    [
      { head: 'preset' },
      { head: 'first look, s', align: 'right' },
      { head: 'a later one, s', align: 'right' },
      ...SCORED.map((images) => ({ head: `${images} scored, s`, align: 'right' as const })),
    ],
    all.map(({ preset, first, later, scores }) => [
      preset,
      first.toFixed(2),
      later.toFixed(2),
      ...SCORED.map((_, i) => (scores[i] ? `${scores[i].first.toFixed(2)} ${scores[i].again.toFixed(2)}` : '–')),
    ]),
  )

async function main(given: BenchArguments): Promise<void> {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
  const results: Looks[] = []
  for (const preset of given.presets ?? ['hrm-mnist', 'hrm-cifar10', 'hrm-stem-cifar10', 'cnn-cifar10']) {
    process.stderr.write(`${preset} …\n`)
    results.push(await measure(preset, given.binding!))
  }
  report(given, { bench: 'inside', results }, asTable(results))
}

await runBench(main)
