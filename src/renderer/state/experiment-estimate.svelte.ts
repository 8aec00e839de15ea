import type { EstimateView } from '../../shared/contract/experiments'
import type { Failure } from '../../shared/contract/reply'
import type { Configuration } from '../../shared/experiment/configuration'
import { failureOf } from '../transport/client'
import type { LabClient } from '../transport/client'

/** Wait after the last change before the lab is asked. Milliseconds. */
export const ESTIMATE_AFTER = 150

/** What the lab expects of a configuration; the last answer stays until the next one is there. */
export class ExperimentEstimate {
  readonly #client: LabClient
  value = $state.raw<EstimateView | null>(null)
  failure = $state.raw<Failure | null>(null)
  /** The answer shown is of an earlier question. */
  stale = $state(false)
  #timer: ReturnType<typeof setTimeout> | null = null
  #question = 0

  constructor(client: LabClient) {
    this.#client = client
  }

  /** Asks once typing rests. */
  ask(configuration: Configuration, dataSet: string): void {
    this.cancel()
    this.stale = true
    this.#timer = setTimeout(() => void this.#ask(configuration, dataSet), ESTIMATE_AFTER)
  }

  /** There is nothing that could be estimated. */
  clear(): void {
    this.cancel()
    this.value = null
    this.failure = null
    this.stale = false
  }

  /** Asks nothing more, and ignores an answer that is still to come. */
  cancel(): void {
    this.#question += 1
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #ask(configuration: Configuration, dataSet: string): Promise<void> {
    const question = this.#question
    try {
      const value = await this.#client.request('experiments.estimate', { configuration, dataSet })
      if (question !== this.#question) return
      this.value = value
      this.failure = null
    } catch (error) {
      if (question !== this.#question) return
      this.value = null
      this.failure = failureOf(error)
    }
    this.stale = false
  }
}
