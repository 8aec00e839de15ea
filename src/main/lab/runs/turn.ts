import type { LabEvent } from '../../../shared/contract/events'
import type { EngineEvent } from '../../engine/protocol'
import { type EvaluatedBatches, Pace } from './pace'
import { liveSteps } from './view'

/**
 * What is to become of a run that is halted, the stronger last. hold: it keeps its place, first in the queue. pause: out
 * of the queue, to be resumed. stop: ended for good.
 */
const wishes = ['hold', 'pause', 'stop'] as const
export type Wish = (typeof wishes)[number]

/** A run's turn in the queue, from its taking to its end: what is wished of it, and what windows are told of it. */
export class Turn {
  /** The run's. */
  readonly id: string
  /** Resolves with the first wish. */
  readonly halted: Promise<null>
  readonly #pause = new AbortController()
  readonly #stop = new AbortController()
  #pace = new Pace({ each: 0, last: 0, size: 1 })
  #wish: Wish | null = null

  constructor(id: string) {
    this.id = id
    this.halted = new Promise((resolve) => {
      for (const { signal } of [this.#pause, this.#stop])
        signal.addEventListener('abort', () => resolve(null), { once: true })
    })
  }

  /** What the run evaluates beside its training, for the time left. */
  evaluates(batches: EvaluatedBatches): void {
    this.#pace = new Pace(batches)
  }

  /** The strongest wish so far. */
  get wish(): Wish | null {
    return this.#wish
  }

  /** For Runs.train: pauses, and ends for good. */
  get signals(): { readonly signal: AbortSignal; readonly stop: AbortSignal } {
    return { signal: this.#pause.signal, stop: this.#stop.signal }
  }

  /** Asks for the run's halt at its step's end; a weaker wish than one before it changes nothing. */
  halt(wish: Wish): void {
    if (this.#wish !== null && wishes.indexOf(wish) <= wishes.indexOf(this.#wish)) return
    this.#wish = wish
    if (wish === 'stop') this.#stop.abort()
    else this.#pause.abort()
  }

  /** What windows are told of an event of the training beside the run's state; null: nothing. */
  news(event: EngineEvent): LabEvent | null {
    if (event.kind === 'steps') return { kind: 'run-steps', id: this.id, steps: liveSteps(event.steps) }
    if (event.kind === 'log') return { kind: 'run-log', id: this.id, level: event.level, message: event.message }
    if (event.kind !== 'progress') return null
    const { phase, epoch, epochs, batch, batches, imagesPerSecond, residentBytes } = event
    const where = { phase, epoch: epoch + 1, epochs, batch, batches, imagesPerSecond, residentBytes }
    return { kind: 'run-progress', id: this.id, ...where, secondsLeft: this.#pace.secondsLeft(event, Date.now()) }
  }
}
