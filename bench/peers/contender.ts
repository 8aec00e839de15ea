/** One contender: a process that trains when it is told to, by lines of JSON. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { LabError } from '../../src/shared/errors'
import type { Contender } from './marks'

/** The worst errors over one file of golden vectors: relative, and of parameters in learning-rate steps. */
export interface Golden {
  readonly file: string
  readonly tensors: number
  readonly relative: number
  readonly steps: number
}

/** What a contender says once it has shown that it computes the same function, and is warm. */
export interface Ready {
  readonly version: string
  readonly parameters: number
  /** Of the first batch, compiling included. */
  readonly firstMs: number
  readonly golden: readonly Golden[]
}

/** What it did in one turn; processor time and memory are the process's so far. */
export interface Turn {
  readonly ms: readonly number[]
  readonly cpuMs: number
  readonly peakBytes: number
}

/** How a contender is started. */
export interface Command {
  readonly contender: Contender
  readonly file: string
  readonly arguments: readonly string[]
  readonly environment: Readonly<Record<string, string>>
}

/** A running contender. */
export class Running {
  readonly contender: Contender
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor({ contender, file, arguments: given, environment }: Command) {
    this.contender = contender
    this.#child = spawn(file, given, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...environment } })
    this.#child.stdin!.on('error', () => undefined) // its end is told by the line that does not come
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]()
  }

  /** Its next line. @throws LabError when it ends instead */
  async next<T>(): Promise<T> {
    const { value, done } = await this.#lines.next()
    if (done !== true) return JSON.parse(value) as T
    throw new LabError('engine', `${this.contender} ended before it answered.`, 'What it said is above.')
  }

  /** Trains so many batches. */
  turn(batches: number): Promise<Turn> {
    this.#child.stdin!.write(`${JSON.stringify({ batches })}\n`)
    return this.next<Turn>()
  }

  /** Ends it, and waits for that. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.stdin!.end()
    const timer = setTimeout(() => this.#child.kill(), 10_000)
    await ended
    clearTimeout(timer)
  }
}
