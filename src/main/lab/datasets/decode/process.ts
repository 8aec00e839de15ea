/** One decode process, as the lab sees it. */
import { fork, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DecodeJob, DecodeResult, DecodeSetup, FromDecoder, ToDecoder } from './messages'

/** A decode process could not go on; `code` is the system's (ENOSPC ...). */
export class DecodeFailure extends Error {
  readonly code: string | null
  constructor(message: string, code: string | null) {
    super(message)
    this.code = code
  }
}

/** One process and the batch it works on. */
export class DecodeProcess {
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
