import { LabError } from '../../../shared/errors'
import type { EngineReplies, EngineRequest } from '../../engine/protocol'
import { KeptEngine, type OpenedEngine } from '../runs/kept-engine'
import type { EngineOptions } from './open-engine'

/** Milliseconds that it is kept without work. */
const IDLE_MS = 60_000

/** What may be asked of it: whatever does not train. */
export type SideKind = Exclude<EngineRequest['kind'], 'start' | 'quit' | 'train' | 'halt'>

/** The options of an engine that does not disturb one that trains: one thread on the CPU, whatever runs are trained on. */
export const besideTraining = (options: EngineOptions): EngineOptions => ({ ...options, threads: 1, beside: true })

/**
 * A second engine process, for short looks at stored weights while the first one may train for hours: begun when first
 * asked, ended after a minute without work. It does one thing at a time, in the order asked; who has much to ask asks in
 * small pieces, so that others get their turn between them.
 */
export class SideEngine {
  readonly #engine: KeptEngine
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()
  #closed = false

  /** @param idleMs milliseconds without work before it is ended */
  constructor(open: () => Promise<OpenedEngine>, idleMs = IDLE_MS) {
    this.#engine = new KeptEngine(open, idleMs, () => undefined)
  }

  /** Whether it was asked something that is not answered yet. */
  get busy(): boolean {
    return this.#waiting > 0
  }

  /**
   * Asks once all that was asked before has been answered.
   * @throws LabError what the engine refused, that it could not be set up or started, or died
   */
  ask<K extends SideKind>(request: Extract<EngineRequest, { kind: K }>): Promise<EngineReplies[K]> {
    this.#waiting++
    const answer = this.#last.then(() => this.#ask(request))
    const next = (): void => {
      if (--this.#waiting === 0) this.#engine.rest()
    }
    this.#last = answer.then(next, next)
    return answer
  }

  async #ask<K extends SideKind>(request: Extract<EngineRequest, { kind: K }>): Promise<EngineReplies[K]> {
    if (this.#closed) throw new LabError('cancelled', 'The lab is being closed.')
    const { engine } = await this.#engine.get()
    return engine.request(request)
  }

  /** Ends the process once it has answered; the next question begins another. */
  end(): Promise<void> {
    return this.#engine.close()
  }

  /** Ends it for good: what waits is refused. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#engine.close()
  }
}
