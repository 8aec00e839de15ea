import type { SegmentScoresView } from '../../shared/contract/inside'
import type { Failure } from '../../shared/contract/reply'
import { failureOf } from '../transport/client'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'

/** Accuracy after each segment of a run's model, followed while it is computed. */
export class InsideSegments {
  readonly id: string
  readonly #lab: Lab
  readonly #read: () => void
  scores = $state.raw<SegmentScoresView | null>(null)
  problem = $state.raw<Failure | null>(null)

  constructor(lab: Lab, id: string) {
    this.#lab = lab
    this.id = id
    this.#read = refresher(
      async () => {
        this.scores = await lab.client.request('inside.segments', { id })
        this.problem = null
      },
      (error) => void (this.problem = failureOf(error)),
    )
  }

  /** Reads and follows. @returns how to stop */
  start(): () => void {
    this.#read()
    const stops = [
      this.#lab.onEvent((event) => event.kind === 'inside' && event.id === this.id && this.#read()),
      this.#lab.onReload(this.#read),
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Begins to compute, or goes on. */
  compute(): void {
    void this.#lab.messages.attempt('Computing accuracy by segment', () =>
      this.#lab.client.request('inside.score', { id: this.id }),
    )
  }

  /** Stops after the images it is at. */
  stop(): void {
    void this.#lab.messages.attempt('Stopping', () => this.#lab.client.request('inside.stop', { id: this.id }))
  }
}
