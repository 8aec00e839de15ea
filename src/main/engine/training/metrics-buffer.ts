import { makeSteps, type StepColumnName, type StepColumns, stepColumnTypes } from '../../../shared/metrics/steps'

/** Milliseconds between two messages of a kind: ten a second at most. */
export const MESSAGE_INTERVAL = 100

/** One optimizer step's numbers, as in {@link StepColumns}. */
export type StepRow = { readonly [Column in StepColumnName]: number }

/**
 * Lets something through at most once in `interval` milliseconds.
 * The time is handed in so that a test needs no waiting.
 */
export class Throttle {
  readonly #interval: number
  #last = -Infinity

  constructor(interval: number) {
    this.#interval = interval
  }

  /** True, and the interval begins anew, when it has passed at `now` (milliseconds). */
  pass(now: number): boolean {
    if (now - this.#last < this.#interval) return false
    this.#last = now
    return true
  }
}

/** Collects step rows until the next message: columns, since they cross to the lab as typed arrays. */
export class MetricsBuffer {
  #rows: StepRow[] = []
  #firstStep: number

  /** @param firstStep number of the first step that will be added */
  constructor(firstStep: number) {
    this.#firstStep = firstStep
  }

  add(row: StepRow): void {
    this.#rows.push(row)
  }

  /** Everything since the last time; null when there is nothing. */
  take(): StepColumns | null {
    const rows = this.#rows
    if (rows.length === 0) return null
    const columns = makeSteps(this.#firstStep, (name) => stepColumnTypes[name].from(rows.map((row) => row[name])))
    this.#firstStep += rows.length
    this.#rows = []
    return columns
  }
}
