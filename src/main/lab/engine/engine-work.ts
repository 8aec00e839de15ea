import { LabError } from '../../../shared/errors'
import type { EventBus } from '../contract/event-bus'

/** What may be done with the engine beside training. */
export type EngineWorkKind = 'start' | 'repair' | 'measure'

/** What a piece of work is given: how to tell its progress, and when to end. */
export interface EngineWorkTools {
  readonly signal: AbortSignal
  /** Share done (null while unknown) and what is being done. */
  readonly onProgress: (share: number | null, detail: string) => void
}

/** Set-up, repair and measurement of the engine: one at a time, told to windows, to be cancelled. */
export class EngineWork {
  readonly #events: EventBus
  #current: { readonly kind: EngineWorkKind; readonly abort: AbortController; readonly ended: Promise<void> } | null =
    null

  constructor(events: EventBus) {
    this.#events = events
  }

  /** What is being done; null: nothing. */
  get kind(): EngineWorkKind | null {
    return this.#current?.kind ?? null
  }

  /** Does it now. @throws LabError 'bad-input' when something else is being done, else as `work` throws */
  async now<T>(kind: EngineWorkKind, work: (tools: EngineWorkTools) => Promise<T>): Promise<T> {
    if (this.#current)
      throw new LabError('bad-input', 'The engine is being worked on already.', 'Wait for its end, or cancel it.')
    const abort = new AbortController()
    let ended = (): void => undefined
    this.#current = { kind, abort, ended: new Promise((resolve) => (ended = resolve)) }
    this.#events.emit({ kind: 'engine' })
    try {
      return await work({
        signal: abort.signal,
        onProgress: (share, detail) => this.#events.emit({ kind: 'engine-progress', share, detail }),
      })
    } finally {
      this.#current = null
      ended()
      this.#events.emit({ kind: 'engine' })
    }
  }

  /** Does it once what is being done has ended, well or not. @throws as `work` throws */
  async next<T>(kind: EngineWorkKind, work: (tools: EngineWorkTools) => Promise<T>): Promise<T> {
    while (this.#current) await this.#current.ended
    return this.now(kind, work)
  }

  /** Ends what is being done, if anything; it rejects with LabError 'cancelled'. */
  cancel(): void {
    this.#current?.abort.abort()
  }
}
