/** Decode processes on all cores. A process that an image kills is replaced, and that image alone is skipped. */
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { availableParallelism, constants, getPriority, setPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { DecodeJob, DecodeResult, DecodeSetup, FromDecoder, ToDecoder } from './messages'

const BATCH = 32
/** Milliseconds between two looks whether a process that waits may work again. */
const YIELD_MS = 250

/** A decode process could not go on; `code` is the system's (ENOSPC ...). */
export class DecodeFailure extends Error {
  readonly code: string | null
  constructor(message: string, code: string | null) {
    super(message)
    this.code = code
  }
}

/** Few processes, each with several images in work in sharp's threads: all cores are busy and memory stays small. */
const MAX_PROCESSES = 4

/** How decoding is held back. */
export interface DecodeHooks {
  /** Ends it; no process is left. */
  readonly signal?: AbortSignal | undefined
  /** Whether something more important needs the cores now; asked before every batch. */
  readonly yielding?: (() => boolean) | undefined
}

/**
 * Decodes all jobs on all cores. Images over LARGE_PIXELS come last, one at a time.
 * @param jobs Job i has slot i.
 * @param onResult Called once for every job, in no order.
 * @throws DecodeFailure when the output cannot be written; the signal's reason when aborted. No process is left either way.
 */
export async function decodeAll(
  setup: DecodeSetup,
  jobs: readonly DecodeJob[],
  onResult: (result: DecodeResult) => void,
  { signal, yielding = () => false }: DecodeHooks = {},
): Promise<void> {
  const large: DecodeJob[] = []
  const keep = (result: DecodeResult): void => {
    if (result.outcome === 'large') large.push({ ...jobs[result.slot]!, large: true })
    else onResult(result)
  }
  const cores = availableParallelism()
  const processes = Math.min(cores, MAX_PROCESSES)
  const needed = Math.min(processes, Math.ceil(jobs.length / BATCH))
  await runProcesses(
    { setup, jobs, count: needed, batchSize: BATCH, atOnce: Math.ceil(cores / processes) + 1, yielding },
    keep,
    signal,
  )
  const one = { count: 1, batchSize: 1, atOnce: 1 }
  if (large.length > 0) await runProcesses({ setup, jobs: large, ...one, yielding }, onResult, signal)
}

/** One round over some jobs. */
interface Round {
  readonly setup: DecodeSetup
  readonly jobs: readonly DecodeJob[]
  /** Processes. */
  readonly count: number
  readonly batchSize: number
  /** Images in work at a time in each. */
  readonly atOnce: number
  readonly yielding: () => boolean
}

async function runProcesses(
  { setup, jobs, count, batchSize, atOnce, yielding }: Round,
  onResult: (result: DecodeResult) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let next = 0
  const take = (): readonly DecodeJob[] => jobs.slice(next, (next += batchSize))
  const stop = new AbortController()
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const lane = async (number: number): Promise<void> => {
    let process: DecodeProcess | null = null
    try {
      for (;;) {
        // While it yields, one process works, in what the others leave of the cores.
        while (number > 0 && yielding() && next < jobs.length) await delay(YIELD_MS, undefined, { signal: stopped })
        const nice = yielding()
        if (process && process.nice !== nice) process = process.pace(nice)
        const batch = take()
        if (batch.length === 0) break
        // Batches fall apart into single images when one of them kills the process: only that one is lost.
        const pending: (readonly DecodeJob[])[] = [batch]
        for (let work = pending.shift(); work; work = pending.shift()) {
          stopped.throwIfAborted()
          process ??= new DecodeProcess(setup, nice ? 1 : atOnce, stopped, nice)
          const results = await process.decode(work)
          if (results) results.forEach(onResult)
          else {
            process = null
            if (work.length > 1) pending.push(...work.map((job) => [job]))
            else onResult(crashed(work[0]!))
          }
        }
      }
    } catch (cause) {
      stop.abort(cause)
      throw cause
    } finally {
      process?.end()
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: count }, (_, number) => lane(number)))
  signal?.throwIfAborted()
  const failed = ends.find((e) => e.status === 'rejected')
  if (failed) throw failed.reason
}

function crashed(job: DecodeJob): DecodeResult {
  return {
    slot: job.slot,
    outcome: 'skipped',
    reason: 'the decoder broke down on it',
    hint: 'save it anew in another format',
  }
}

/** One process and the batch it works on. */
class DecodeProcess {
  readonly #child: ChildProcess
  readonly #onAbort: () => void
  readonly #signal: AbortSignal
  #waiting: PromiseWithResolvers<readonly DecodeResult[] | null> | null = null
  readonly #ready = Promise.withResolvers<void>()
  #gone = false
  #nice = false

  /** @param nice whether it takes only what others leave of the cores */
  constructor(setup: DecodeSetup, atOnce: number, signal: AbortSignal, nice: boolean) {
    const { file, execArgv } = workerEntry()
    // glibc: two arenas instead of one per thread, and pixels always in pages of their own, which go back when freed.
    const env = {
      ...process.env,
      MALLOC_ARENA_MAX: '2',
      MALLOC_MMAP_THRESHOLD_: '1048576',
      UV_THREADPOOL_SIZE: String(Math.max(4, atOnce)),
      // Electron's binary runs scripts as Node does when told so.
      ELECTRON_RUN_AS_NODE: '1',
    }
    // A small young generation: pixels pass through in buffers, and V8's default lets 100 MB of their wrappers pile up.
    const args = [...execArgv, '--max-semi-space-size=1', '--expose-gc']
    this.#child = fork(file, { serialization: 'advanced', execArgv: args, env })
    this.#signal = signal
    // Whoever waits sees the failure; nobody waiting is no defect.
    this.#ready.promise.catch(() => {})
    this.#onAbort = () => {
      this.#child.kill('SIGKILL')
      this.#fail(signal.reason)
    }
    signal.addEventListener('abort', this.#onAbort)
    this.#child.on('message', (message: FromDecoder) => {
      if (message.kind === 'ready') this.#ready.resolve()
      else if (message.kind === 'results') this.#waiting?.resolve(message.results)
      else this.#fail(new DecodeFailure(message.message, message.code))
    })
    this.#child.on('error', (cause) => this.#fail(cause))
    this.#child.on('exit', (code, killedBy) => {
      this.#gone = true
      this.#ready.reject(new Error(`${file} ended before it was ready (${killedBy ?? `exit code ${code}`})`))
      this.#waiting?.resolve(null)
    })
    this.#send({ kind: 'setup', setup, atOnce })
    if (nice) this.#becomeNice()
  }

  get nice(): boolean {
    return this.#nice
  }

  /** Makes it nice; one that is nice already cannot go back (only root may raise a priority) and ends. @returns what is left */
  pace(nice: boolean): DecodeProcess | null {
    if (nice) this.#becomeNice()
    else this.end()
    return nice ? this : null
  }

  #becomeNice(): void {
    this.#nice = true
    try {
      // A tenth of a core's time beside a training that takes all; the lowest priority would get next to nothing for hours.
      const lower = constants.priority.PRIORITY_BELOW_NORMAL
      const pid = this.#child.pid!
      if (getPriority(pid) < lower) setPriority(pid, lower)
    } catch {
      // It has died, which 'exit' tells, or the system forbids it: it then works as before, alone.
    }
  }

  /** The batch's results, or null when the process died on it. */
  async decode(jobs: readonly DecodeJob[]): Promise<readonly DecodeResult[] | null> {
    await this.#ready.promise
    if (this.#gone) return null
    this.#waiting = Promise.withResolvers()
    this.#send({ kind: 'jobs', jobs })
    try {
      return await this.#waiting.promise
    } finally {
      this.#waiting = null
    }
  }

  end(): void {
    this.#signal.removeEventListener('abort', this.#onAbort)
    if (this.#child.connected) this.#child.disconnect()
  }

  #fail(cause: unknown): void {
    this.#ready.reject(cause)
    this.#waiting?.reject(cause)
  }

  #send(message: ToDecoder): void {
    // A send that fails means the process died, which 'exit' tells.
    this.#child.send(message, () => {})
  }
}

/** Node arguments that run the sources as they are, for tests: imports there have no extension. */
export const typeScriptHook: readonly string[] = [
  '--disable-warning=ExperimentalWarning',
  '--import',
  `data:text/javascript,${encodeURIComponent(`import { registerHooks } from 'node:module'
registerHooks({
  resolve(name, context, next) {
    try {
      return next(name, context)
    } catch (error) {
      if (name.startsWith('.')) return next(name + '.ts', context)
      throw error
    }
  },
})`)}`,
]

/** The worker's file: beside the built bundle, or the source itself when this runs from sources. */
function workerEntry(): { file: string; execArgv: string[] } {
  const own = fileURLToPath(import.meta.url)
  if (own.endsWith('.ts')) return { file: join(dirname(own), '..', 'decode-worker.ts'), execArgv: [...typeScriptHook] }
  const file = [dirname(own), dirname(dirname(own))].map((f) => join(f, 'decode-worker.js')).find((f) => existsSync(f))
  if (!file) throw new Error(`decode-worker.js was not found beside ${own}: build the project`)
  return { file, execArgv: [] }
}
