import { readFileSync } from 'node:fs'
import { LabError } from '../../../shared/errors'
import type {
  EngineEvent,
  EngineInfo,
  EngineReplies,
  EngineRequest,
  EngineStart,
  FromEngine,
} from '../../engine/protocol'
import { type EngineChild, type ForkEngine, forkWithNode } from './child'

type Kind = EngineRequest['kind']
type RequestOf<K extends Kind> = Extract<EngineRequest, { kind: K }>

/** Milliseconds. Loading TensorFlow takes seconds; a batch that must end and a checkpoint may take a minute. */
const START_DEADLINE = 120_000
const STOP_DEADLINE = 60_000
/** Lines of stderr kept to tell why a process died. */
const STDERR_LINES = 20
/** What TensorFlow writes whenever it is loaded, before it can be told to be quiet. */
const GREETING = /^(I\d{4} |WARNING: All log messages before absl::InitializeLog)/

/** What of the last lines says why a process died. */
const lastWords = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => !GREETING.test(line))
    .join('\n')
    .trim()

export interface EngineProcessOptions {
  /** The engine's built entry file (out/main/engine.js). */
  readonly entry: string
  readonly fork?: ForkEngine
  readonly startDeadline?: number
  readonly stopDeadline?: number
}

/** How an engine process ended. */
export interface EngineExit {
  /** The lab had asked for it; anything else is a crash. */
  readonly expected: boolean
  readonly code: number | null
  readonly signal: string | null
  /** Its last lines on stderr. */
  readonly stderr: string
}

interface Pending {
  resolve(value: unknown): void
  reject(error: Error): void
}

/** One life of a child process: what belongs to it dies with it, so that a late message never reaches its successor. */
interface Life {
  readonly child: EngineChild
  readonly pending: Map<number, Pending>
  readonly ended: Promise<void>
  stderr: string
  stopping: boolean
  /** {@link systemKills} when it began. */
  readonly systemKills: number
  /** Another one takes its place at once: nobody is told of its end. */
  replaced: boolean
}

/**
 * The one owner of the engine process: starts it, speaks with it, ends it, and tells a crash from an exit. Every call
 * that is waiting when the process dies rejects with the reason; a run goes on from its last checkpoint after restart().
 */
export class EngineProcess {
  readonly #options: Required<EngineProcessOptions>
  readonly #eventListeners = new Set<(event: EngineEvent) => void>()
  readonly #exitListeners = new Set<(exit: EngineExit) => void>()
  #life: Life | null = null
  #lastStart: EngineStart | null = null
  #info: EngineInfo | null = null
  #nextId = 1

  constructor(options: EngineProcessOptions) {
    this.#options = {
      fork: forkWithNode,
      startDeadline: START_DEADLINE,
      stopDeadline: STOP_DEADLINE,
      ...options,
    }
  }

  /** What it runs on; null while it does not run. */
  get info(): EngineInfo | null {
    return this.#info
  }

  /** The process's id; undefined while it does not run. */
  get pid(): number | undefined {
    return this.#life?.child.pid
  }

  /** Calls `listener` for every event. @returns how to end that. */
  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#eventListeners.add(listener)
    return () => this.#eventListeners.delete(listener)
  }

  /** Calls `listener` when a process has ended, asked or not. @returns how to end that. */
  onExit(listener: (exit: EngineExit) => void): () => void {
    this.#exitListeners.add(listener)
    return () => this.#exitListeners.delete(listener)
  }

  /**
   * Forks the process and loads the backend in it.
   * @throws LabError when one runs already, the backend cannot be loaded, or it takes too long; no process is left then.
   */
  async start(start: EngineStart): Promise<EngineInfo> {
    if (this.#life) throw new LabError('engine', 'The engine runs already.', 'Stop it first.')
    this.#lastStart = start
    const life = this.#fork()
    const { startDeadline } = this.#options
    try {
      this.#info = await within(startDeadline, this.#send(life, { kind: 'start', start }), () =>
        this.#death(life, `did not load its backend within ${Math.round(startDeadline / 1000)} s`),
      )
      return this.#info
    } catch (error) {
      await this.#kill(life)
      throw error
    }
  }

  /**
   * Asks for something.
   * @returns the reply's value
   * @throws LabError what the engine refused, or that it is not running or died before it answered
   */
  request<K extends Exclude<Kind, 'start' | 'quit'>>(request: RequestOf<K>): Promise<EngineReplies[K]> {
    if (!this.#life || this.#life.stopping)
      return Promise.reject(new LabError('engine', 'The engine is not running.', 'Start it first.'))
    return this.#send(this.#life, request)
  }

  /**
   * Ends the process: a training is paused and its checkpoint written; past the deadline it is killed.
   * Does nothing when none runs.
   */
  async stop(): Promise<void> {
    const life = this.#life
    if (!life) return
    life.stopping = true
    // A process that dies instead of answering has stopped as well.
    this.#send(life, { kind: 'quit' }).catch(() => undefined)
    const inTime = await within(
      this.#options.stopDeadline,
      life.ended.then(() => true),
      () => false,
    )
    if (!inTime) await this.#kill(life)
  }

  /**
   * Has the process's threads share their work in this way: begins another process where this one was begun in another.
   * @param lanes see EngineStart
   * @returns what it runs on
   * @throws LabError when none runs, or as start does; no process is left then
   */
  async arrange(lanes: number): Promise<EngineInfo> {
    const life = this.#life
    const start = this.#lastStart
    if (!life || life.stopping || !start || !this.#info)
      throw new LabError('engine', 'The engine is not running.', 'Start it first.')
    if ((start.lanes ?? 1) === lanes) return this.#info
    life.replaced = true
    await this.stop()
    return this.start({ ...start, lanes })
  }

  /** Stops what runs, if anything, and starts anew as the last time. @throws LabError as start does, or when it never was started. */
  async restart(): Promise<EngineInfo> {
    if (!this.#lastStart) throw new LabError('engine', 'The engine was never started.', 'Start it first.')
    await this.stop()
    return this.start(this.#lastStart)
  }

  #fork(): Life {
    const child = this.#options.fork(this.#options.entry)
    let ended = (): void => undefined
    const life: Life = {
      child,
      pending: new Map(),
      ended: new Promise((resolve) => (ended = resolve)),
      stderr: '',
      stopping: false,
      systemKills: systemKills(),
      replaced: false,
    }
    child.onMessage((message) => this.#receive(life, message))
    child.onStderr((text) => {
      life.stderr = (life.stderr + text)
        .split('\n')
        .slice(-STDERR_LINES - 1)
        .join('\n')
    })
    child.onExit(({ code, signal, error }) => {
      if (this.#life !== life) return
      this.#life = null
      this.#info = null
      const how = error
        ? `could not be started: ${error.message}`
        : signal
          ? `was ended by ${signal}`
          : `ended with code ${code}`
      for (const { reject } of life.pending.values()) reject(this.#death(life, how))
      life.pending.clear()
      ended()
      const exit = { expected: life.stopping, code, signal, stderr: lastWords(life.stderr) }
      if (!life.replaced) for (const listener of this.#exitListeners) listener(exit)
    })
    this.#life = life
    return life
  }

  #send<K extends Kind>(life: Life, request: RequestOf<K>): Promise<EngineReplies[K]> {
    const id = this.#nextId++
    return new Promise((resolve, reject) => {
      life.pending.set(id, { resolve: (value) => resolve(value as EngineReplies[K]), reject })
      life.child.post({ id, request })
    })
  }

  #receive(life: Life, message: FromEngine): void {
    if (message.type === 'event') {
      for (const listener of this.#eventListeners) listener(message.event)
      return
    }
    const pending = life.pending.get(message.id)
    life.pending.delete(message.id)
    if (message.ok) pending?.resolve(message.value)
    else pending?.reject(new LabError(message.kind, message.message, message.hint))
  }

  async #kill(life: Life): Promise<void> {
    life.stopping = true
    if (this.#life !== life) return
    life.child.kill()
    await life.ended
  }

  #death(life: Life, how: string): LabError {
    const last = lastWords(life.stderr)
    // What C++ says when there is none left; and the system counts those it has ended to get some.
    if (last.includes('std::bad_alloc') || (how.includes('SIGKILL') && systemKills() > life.systemKills))
      return new LabError(
        'out-of-memory',
        `The memory is not enough: the engine process ${how}.`,
        'Take a smaller batch (training.batch) or a smaller model, or close other programs.',
      )
    return new LabError(
      'engine',
      `The engine process ${how}.${last === '' ? '' : ` Its last lines:\n${last}`}`,
      'Start it again; a run goes on from its last checkpoint.',
    )
  }
}

/** Processes that Linux has ended since its start because memory ran out; 0 elsewhere. */
function systemKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}

/** The promise, or what `late` gives (or, being an Error, throws) when it takes longer than `milliseconds`. */
async function within<T, L>(milliseconds: number, promise: Promise<T>, late: () => L): Promise<T | Exclude<L, Error>> {
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<L>((resolve) => {
    timer = setTimeout(() => resolve(late()), milliseconds)
  })
  try {
    const result = await Promise.race([promise, deadline])
    if (result instanceof Error) throw result
    return result as T | Exclude<L, Error>
  } finally {
    clearTimeout(timer)
  }
}
