/**
 * The same training step in PyTorch, eager and compiled, in JAX and in each of our modes, in one sitting. `--presets a,b`,
 * `--peers a,b` (any of the contenders), `--rounds N`, `--batches N` a turn, `--threads N`, `--chart FILE.svg`. See docs/performance.md.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { findPreset } from '../src/main/lab/experiments/configure'
import { LabError } from '../src/shared/errors'
import type { Preset } from '../src/shared/experiment/presets'
import { modelCost } from '../src/shared/experiment/registry'
import type { BenchArguments } from './arguments'
import type { Command } from './peers/contender'
import { type Environment, peersEnvironment } from './peers/environment'
import { bestOfOurs, type Contender, contenders, judge, marks, medianMs, ours } from './peers/marks'
import { comparisonChart } from './peers/chart'
import { peerSettings } from './peers/preset'
import { type Comparison, comparisonText } from './peers/report'
import { compete } from './peers/rounds'
import { report, runBench } from './result'

const ROUNDS = 7
const BATCHES = 5

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const vectors = path('../tests/vectors')
const tell = (text: string): void => void process.stderr.write(`${text}\n`)

/** How our own process is started. */
const oursArguments = (binding: string, preset: string, mode: string): string[] => [
  ...process.execArgv,
  ...[path('peers/ours.ts'), binding, preset, mode, vectors],
]

function commandOf(contender: Contender, preset: Preset, given: Given): Command {
  const threads = String(given.threads)
  if (ours.includes(contender)) {
    return {
      contender,
      file: process.execPath,
      arguments: [...oursArguments(given.binding, preset.name, contender), threads],
      environment: {},
    }
  }
  const { batch, learningRate: rate } = preset.training
  const argument = { peer: contender, threads: given.threads, batch, rate, settings: peerSettings(preset), vectors }
  const environment = { PYTHONDONTWRITEBYTECODE: '1' }
  const python = given.environment!.python
  return { contender, file: python, arguments: [path('peers/run.py'), JSON.stringify(argument)], environment }
}

/** What a person asked for, checked. */
interface Given {
  readonly binding: string
  readonly presets: readonly Preset[]
  readonly contenders: readonly Contender[]
  readonly threads: number
  readonly rounds: number
  readonly batches: number
  /** The peers' Python; null where only our own modes run. */
  readonly environment: Environment | null
}

function given(asked: BenchArguments): Given {
  const presets = (asked.presets ?? marks.map(({ preset }) => preset)).map(findPreset)
  presets.forEach(peerSettings) // a wrong name is told before gigabytes are fetched
  const wrong = asked.peers?.find((name) => !contenders.some((contender) => contender === name))
  if (wrong !== undefined)
    throw new LabError('bad-input', `There is no contender ${wrong}.`, `There are: ${contenders.join(', ')}.`)
  const chosen = contenders.filter((contender) => asked.peers?.includes(contender) ?? true)
  return {
    binding: asked.binding!,
    presets,
    contenders: chosen,
    threads: asked.threads ?? availableParallelism(),
    rounds: asked.rounds ?? ROUNDS,
    batches: asked.batches ?? BATCHES,
    environment: chosen.every((contender) => ours.includes(contender)) ? null : peersEnvironment(),
  }
}

/** The machine's rate in matrix products, GFLOP/s. */
function matrixProduct(binding: string): number {
  const output = execFileSync(process.execPath, oursArguments(binding, '', 'product'), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return (JSON.parse(output) as { gflops: number }).gflops
}

async function comparePreset(preset: Preset, given: Given): Promise<Comparison> {
  tell(preset.name)
  const before = matrixProduct(given.binding)
  const commands = given.contenders.map((contender) => commandOf(contender, preset, given))
  const length = { rounds: given.rounds, batches: given.batches, cores: availableParallelism() }
  const entries = await compete(commands, preset.parameters, length, tell)
  const after = matrixProduct(given.binding)
  const { batch } = preset.training
  const flops = modelCost(preset.model, preset.input).trainFlops * batch
  const shareOf = (ms: number): number => flops / (ms * 1e6) / ((before + after) / 2)
  const best = bestOfOurs(entries)
  return {
    preset: preset.name,
    batch,
    entries,
    matrixGflops: [before, after],
    shares: entries.map((entry) => shareOf(medianMs(entry))),
    verdicts: judge(preset.name, entries, best && shareOf(medianMs(best))),
  }
}

async function main(asked: BenchArguments): Promise<void> {
  const all = given(asked)
  const comparisons: Comparison[] = []
  for (const preset of all.presets) comparisons.push(await comparePreset(preset, all))
  const { threads, rounds, batches, environment } = all
  const result = { bench: 'peers', threads, rounds, batches, versions: environment?.versions ?? null, comparisons }
  if (asked.chart !== null) writeFileSync(asked.chart, comparisonChart(comparisons))
  report(asked, result, comparisons.map(comparisonText).join('\n\n'))
}

await runBench(main)
