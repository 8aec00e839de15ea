import { parseArgs } from 'node:util'
import { type ExecutionMode, executionModes } from '../src/shared/experiment/engine-info'

/** What `npm run bench -- NAME ...` hands to a benchmark. */
export interface BenchArguments {
  /** Path of the TensorFlow binding, set up by scripts/bench.mjs. */
  readonly binding: string | null
  /** Print the result as JSON instead of a table. */
  readonly json: boolean
  /** File that takes the result as JSON as well. */
  readonly out: string | null
  /** What is measured by itself in a process of its own; null in the process that a person started. */
  readonly only: string | null
  /** Batches to train, where a benchmark lets one choose; null: its default. */
  readonly batches: number | null
  /** How steps are run, where a benchmark lets one choose; null: its default. */
  readonly mode: ExecutionMode | null
  /** What is measured, where a benchmark lets one choose; null: all. */
  readonly cases: readonly string[] | null
  /** How long memory is watched, where a benchmark lets one choose; null: its default. */
  readonly minutes: number | null
  /** Presets, contenders, rounds and threads of the comparison with peers; null: its default. */
  readonly presets: readonly string[] | null
  readonly peers: readonly string[] | null
  readonly rounds: number | null
  /** File that takes a chart, where a benchmark draws one. */
  readonly chart: string | null
  readonly threads: number | null
  readonly names: readonly string[]
}

/** A positive number, or null where none was given. @throws TypeError for anything else */
function amount(name: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new TypeError(`--${name} must be a positive number, not ${text}.`)
  return value
}

/** A whole number above 0, or null where none was given. @throws TypeError for anything else */
function count(name: string, text: string | undefined): number | null {
  const value = amount(name, text)
  if (value === null || Number.isInteger(value)) return value
  throw new TypeError(`--${name} must be a whole number, not ${text}.`)
}

/** A mode, or null where none was given. @throws TypeError for another word */
function executionMode(text: string | undefined): ExecutionMode | null {
  if (text === undefined) return null
  const mode = executionModes.find((one) => one === text)
  if (mode) return mode
  throw new TypeError(`--mode must be one of ${executionModes.join(', ')}, not ${text}.`)
}

/** Reads the command line. @throws TypeError for options that do not exist, or are no numbers. */
export function benchArguments(): BenchArguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      binding: { type: 'string' },
      json: { type: 'boolean', default: false },
      out: { type: 'string' },
      only: { type: 'string' },
      batches: { type: 'string' },
      mode: { type: 'string' },
      cases: { type: 'string' },
      minutes: { type: 'string' },
      presets: { type: 'string' },
      peers: { type: 'string' },
      rounds: { type: 'string' },
      chart: { type: 'string' },
      threads: { type: 'string' },
    },
  })
  return {
    binding: values.binding ?? null,
    json: values.json,
    out: values.out ?? null,
    only: values.only ?? null,
    batches: amount('batches', values.batches),
    mode: executionMode(values.mode),
    cases: values.cases?.split(',') ?? null,
    minutes: amount('minutes', values.minutes),
    presets: values.presets?.split(',') ?? null,
    peers: values.peers?.split(',') ?? null,
    chart: values.chart ?? null,
    rounds: count('rounds', values.rounds),
    threads: count('threads', values.threads),
    names: positionals,
  }
}

/** The cases that were asked for, in their order; all where none was. @throws Error naming one that does not exist */
export function chosenCases<Name extends string>(asked: readonly string[] | null, known: readonly Name[]): Name[] {
  const unknown = asked?.find((name) => !known.some((one) => one === name))
  if (unknown !== undefined) throw new Error(`There is no case ${unknown}. There are: ${known.join(', ')}.`)
  return known.filter((name) => asked?.includes(name) ?? true)
}
