import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import type { Lab } from '../lab'
import type { Run } from './runs'

/** How long an answer is used before it is asked for again. Milliseconds. */
const FRESH_FOR = 60_000

/** What is expected of a whole run; null: unknown. */
export type Estimate = (
  configuration: Configuration,
  dataSet: string,
) => Promise<{ readonly secondsTotal: number | null }>

/** How long waiting runs are expected to train. The runs of an experiment take alike, so each is estimated once a minute. */
export class ExpectedTimes {
  readonly #lab: Lab
  readonly #estimate: Estimate
  readonly #now: () => number
  readonly #known = new Map<number, { readonly at: number; readonly seconds: Promise<number | null> }>()

  constructor(lab: Lab, estimate: Estimate, now = (): number => performance.now()) {
    this.#lab = lab
    this.#estimate = estimate
    this.#now = now
  }

  /** Seconds from where the run is to its end; null where nobody knows. */
  async of(run: Run): Promise<number | null> {
    const { training } = this.#lab.runs.configuration(run)
    const whole = await this.#whole(run)
    return whole === null ? null : whole * Math.max(0, 1 - run.epochs / training.epochs)
  }

  #whole(run: Run): Promise<number | null> {
    const now = this.#now()
    const known = this.#known.get(run.experiment)
    if (known && now - known.at < FRESH_FOR) return known.seconds
    const seconds = this.#ask(run)
    this.#known.set(run.experiment, { at: now, seconds })
    return seconds
  }

  async #ask(run: Run): Promise<number | null> {
    try {
      return (await this.#estimate(this.#lab.runs.configuration(run), run.dataSet)).secondsTotal
    } catch (error) {
      // Its data is gone, say: the run tells that itself when its turn comes.
      if (error instanceof LabError) return null
      throw error
    }
  }
}

/** `ask`, whose answer is used again for a while. @param freshFor milliseconds */
export function remembered<Answer>(ask: () => Promise<Answer>, freshFor: number): () => Promise<Answer> {
  let answer: Promise<Answer> | null = null
  let at = -Infinity
  return () => {
    const now = performance.now()
    if (!answer || now - at > freshFor) {
      at = now
      const asked = ask()
      asked.catch(() => (answer = null))
      answer = asked
    }
    return answer
  }
}
