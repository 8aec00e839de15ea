/**
 * A whole epoch on real data, with its evaluation and all that is kept of it, from the start of the program to its end: ours, by the
 * command line, and the loop that a careful person would write with PyTorch (bench/peers/epoch.py). By turns; MNIST, which comes with
 * the lab. `--presets a,b`, `--batches N` of the epoch (left out: all), `--rounds N`, `--peers torch,torch-compile`.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { table } from '../src/main/cli/output/table'
import { configure, findPreset } from '../src/main/lab/experiments/configure'
import { formatPercent } from '../src/shared/charts/format'
import type { Preset } from '../src/shared/experiment/presets'
import { learningRate } from '../src/shared/experiment/schedule'
import type { BenchArguments } from './arguments'
import { peersEnvironment } from './peers/environment'
import { peerSettings } from './peers/preset'
import { median, report, runBench } from './result'

const PRESETS = ['hrm-mnist', 'cnn-mnist']

/** One epoch of one program. Seconds. */
interface Epoch {
  readonly wall: number
  readonly train: number
  readonly evaluate: number
  /** On the test part. */
  readonly accuracy: number
}

interface Compared {
  readonly preset: string
  readonly program: string
  readonly rounds: readonly Epoch[]
}

const lab = (...given: string[]): string =>
  execFileSync(process.execPath, ['scripts/start.mjs', ...given], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })

/** Milliseconds of `run`, as seconds, and what it gives. */
function timed<T>(run: () => T): [seconds: number, value: T] {
  const began = performance.now()
  const value = run()
  return [(performance.now() - began) / 1000, value]
}

/** What `hrm-lab show --json` tells of a run, the part that is read here. */
interface Shown {
  readonly epochs: readonly {
    readonly trainSeconds: number
    readonly evaluations: readonly { readonly part: string; readonly accuracy: number; readonly seconds: number }[]
  }[]
}

function ours(home: string, preset: Preset, images: number): Epoch {
  const given = ['--data', 'mnist', '--preset', preset.name, '--epochs', '1', '--train-limit', String(images)]
  // A graph is what auto takes on processors; its measuring belongs to the first run of a model only.
  const [wall] = timed(() => lab('--home', home, 'train', ...given, '--set', 'training.mode=graph'))
  const runs = JSON.parse(lab('--home', home, 'runs', '--json')) as { readonly id: string }[]
  const { epochs } = JSON.parse(lab('--home', home, 'show', runs.at(-1)!.id, '--json')) as Shown
  const [epoch] = epochs
  const test = epoch!.evaluations.find(({ part }) => part === 'test')!
  return { wall, train: epoch!.trainSeconds, evaluate: test.seconds, accuracy: test.accuracy }
}

/** Learning rates of each batch's steps in an epoch that is the whole run: those that ours has. */
function ratesOf({ name, model }: Preset, batchesPerEpoch: number): number[][] {
  const { training } = configure({ preset: name, assignments: ['training.epochs=1'] })
  const stepsPerBatch = 'segmentsTrain' in model ? model.segmentsTrain : 1
  return Array.from({ length: batchesPerEpoch }, (_, batch) =>
    Array.from({ length: stepsPerBatch }, (_, segment) =>
      learningRate(training, { batchesPerEpoch, stepsPerBatch }, batch, segment),
    ),
  )
}

function theirs(python: string, peer: string, data: string, preset: Preset, images: number): Epoch {
  const out = mkdtempSync(join(tmpdir(), 'hrm-lab-epoch-'))
  try {
    const { batch } = preset.training
    const rates = ratesOf(preset, Math.ceil(images / batch))
    const threads = availableParallelism()
    const argument = JSON.stringify({ peer, threads, batch, rates, settings: peerSettings(preset), data, images, out })
    const [wall, output] = timed(() =>
      execFileSync(python, [join('bench', 'peers', 'epoch.py'), argument], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
      }),
    )
    return { wall, ...(JSON.parse(output) as Omit<Epoch, 'wall'>) }
  } finally {
    rmSync(out, { recursive: true })
  }
}

const asTable = (all: readonly Compared[]): string =>
  table(
    [
      { head: 'preset' },
      { head: 'program' },
      { head: 'whole, s', align: 'right' },
      { head: 'training, s', align: 'right' },
      { head: 'evaluation, s', align: 'right' },
      { head: 'rest, s', align: 'right' },
      { head: 'test', align: 'right' },
      { head: 'PyTorch ÷ ours', align: 'right' },
    ],
    all.map(({ preset, program, rounds }) => {
      const of = (key: keyof Epoch): number => median(rounds.map((round) => round[key]))
      const own = all.find((other) => other.preset === preset && other.program === 'ours')!
      const ratios = rounds.map(({ wall }, round) => wall / own.rounds[round]!.wall)
      return [
        preset,
        program,
        of('wall').toFixed(1),
        of('train').toFixed(1),
        of('evaluate').toFixed(1),
        (of('wall') - of('train') - of('evaluate')).toFixed(1),
        formatPercent(of('accuracy')),
        median(ratios).toFixed(2),
      ]
    }),
  )

async function main(given: BenchArguments): Promise<void> {
  const presets = (given.presets ?? PRESETS).map(findPreset)
  const peers = given.peers ?? ['torch']
  const { python, versions } = peersEnvironment()
  const home = mkdtempSync(join(tmpdir(), 'hrm-lab-epoch-home-'))
  try {
    lab('--home', home, 'import', 'mnist')
    const sets = join(home, 'datasets')
    const data = join(
      sets,
      readdirSync(sets).find((name) => !name.startsWith('.'))!,
    )
    const { parts } = JSON.parse(readFileSync(join(data, 'dataset.json'), 'utf8')) as {
      parts: { train: { count: number } }
    }
    const all: Compared[] = []
    for (const preset of presets) {
      const images = Math.min(parts.train.count, (given.batches ?? Infinity) * preset.training.batch)
      const rounds = new Map<string, Epoch[]>()
      for (let round = 0; round < (given.rounds ?? 1); round++)
        for (const program of ['ours', ...peers]) {
          process.stderr.write(`${preset.name}, ${program} …\n`)
          const epoch = program === 'ours' ? ours(home, preset, images) : theirs(python, program, data, preset, images)
          rounds.set(program, [...(rounds.get(program) ?? []), epoch])
        }
      for (const [program, epochs] of rounds) all.push({ preset: preset.name, program, rounds: epochs })
    }
    report(given, { bench: 'epoch', versions, all }, asTable(all))
  } finally {
    rmSync(home, { recursive: true })
  }
}

await runBench(main)
