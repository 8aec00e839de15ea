import type { EngineInfo } from '../../../shared/experiment/engine-info'
import type { EngineProcess } from '../engine/supervisor'

/** A started engine and what it runs on; openEngine gives one. */
export interface OpenedEngine {
  readonly engine: Pick<EngineProcess, 'onEvent' | 'onExit' | 'request' | 'arrange' | 'stop' | 'info'>
  readonly info: EngineInfo
}

/** Keeps one engine process from run to run: opened when first needed, anew when it died, ended after a while without work. */
export class KeptEngine {
  readonly #open: () => Promise<OpenedEngine>
  readonly #idleMs: number
  readonly #onChange: () => void
  #opening: Promise<OpenedEngine> | null = null
  #opened: OpenedEngine | null = null
  #ending: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #stale = false
  #died: string | null = null

  /**
   * @param idleMs milliseconds without work before the engine is ended
   * @param onChange told when an engine was opened, could not be, died or was ended
   */
  constructor(open: () => Promise<OpenedEngine>, idleMs: number, onChange: () => void) {
    this.#open = open
    this.#idleMs = idleMs
    this.#onChange = onChange
  }

  /** What the process runs on; null when there is none. */
  get info(): EngineInfo | null {
    return this.#opened?.engine.info ?? null
  }

  /** How the last process died that nobody had asked to end, for people; null once another was opened. */
  get died(): string | null {
    return this.#died
  }

  /** The engine that runs, else a new one. @throws LabError when it cannot be set up or started */
  async get(): Promise<OpenedEngine> {
    this.#cancelRest()
    if (this.#stale) {
      await this.#opening?.catch(() => undefined) // Whoever asked for that one is told.
      await this.close()
    }
    // A process that has died tells no info.
    if (this.#opened && this.#opened.engine.info !== null) return this.#opened
    this.#opened = null
    this.#opening ??= this.#start().finally(() => {
      this.#opening = null
      this.#onChange()
    })
    return this.#opening
  }

  /** Has the next one who asks for an engine get a new one: it is to be begun with other options. */
  renew(): void {
    this.#stale = this.#opened !== null || this.#opening !== null
  }

  async #start(): Promise<OpenedEngine> {
    const opened = await this.#open()
    this.#opened = opened
    this.#died = null
    opened.engine.onExit(({ code, signal, stderr }) => {
      if (this.#opened !== opened) return // It was asked to end.
      this.#opened = null
      const last = stderr === '' ? '' : ` Its last lines:\n${stderr}`
      this.#died = `The engine process ${signal ? `was ended by ${signal}` : `ended with code ${code}`}.${last}`
      this.#onChange()
    })
    return opened
  }

  /** There is no work now: ends the engine after a while, unless it is asked for again. */
  rest(): void {
    this.#cancelRest()
    this.#timer = setTimeout(() => void this.close(), this.#idleMs)
    this.#timer.unref()
  }

  /** Ends the engine and waits for its end; one that is still being opened is ended once it is, unwaited for. */
  async close(): Promise<void> {
    this.#cancelRest()
    this.#stale = false
    // A failed opening leaves no process behind; who asked for it is told.
    this.#opening?.then(() => this.close()).catch(() => undefined)
    const opened = this.#opened
    this.#opened = null
    if (opened) this.#ending = opened.engine.stop().then(this.#onChange)
    await this.#ending
  }

  #cancelRest(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }
}
