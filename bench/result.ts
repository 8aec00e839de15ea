import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { LabError } from '../src/shared/errors'
import { type BenchArguments, benchArguments } from './arguments'

/** Where and when numbers were measured; without it they mean nothing. */
export interface Circumstances {
  readonly at: string
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly node: string
  /** Commit of the working tree; null outside of one. */
  readonly commit: string | null
}

/** Of this machine, now. */
export const circumstances = (): Circumstances => ({
  at: new Date().toISOString(),
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryBytes: totalmem(),
  node: process.versions.node,
  commit: commit(),
})

function commit(): string | null {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return null // not a clone, or no git
  }
}

/** Prints a benchmark's result as asked for, and writes it to the file asked for. */
export function report(arguments_: BenchArguments, result: object, text: string): void {
  const json = `${JSON.stringify({ ...circumstances(), ...result }, null, 2)}\n`
  if (arguments_.out !== null) {
    mkdirSync(dirname(arguments_.out), { recursive: true })
    writeFileSync(arguments_.out, json)
  }
  process.stdout.write(arguments_.json ? json : `${text}\n`)
}

/** The middle value; the mean of the two in the middle of an even number. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
}

/** Largest resident memory of this process so far, in bytes. */
export const peakMemory = (): number => process.resourceUsage().maxRSS * 1024

/** Runs a benchmark; an error that a person can act on is one line. */
export async function runBench(main: (given: BenchArguments) => void | Promise<void>): Promise<void> {
  try {
    await main(benchArguments())
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    console.error(`${error.message} ${error.hint ?? ''}`)
    process.exitCode = 1
  }
}
