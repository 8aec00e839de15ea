/** What a hand moves is drawn at once, as far as so much of a frame allows; new steps wait for a frame of their own. Milliseconds. */
const BUDGET = 8

interface Waiting {
  readonly draw: () => void
  /** Not before this time. */
  readonly at: number
  /** A hand moves it. */
  readonly byHand: boolean
}

/**
 * Draws charts a few at a time, longest waiting first, so that many of them never make one long frame: one a frame while
 * steps come, more where a hand moves them. Each chart is drawn at most once in its interval.
 */
export class DrawQueue {
  readonly #waiting = new Map<object, Waiting>()
  readonly #drawnAt = new WeakMap<object, number>()
  #frame: number | null = null
  #timer: ReturnType<typeof setTimeout> | null = null

  /**
   * Asks for `chart` to be drawn; asked again before it was, it is drawn once.
   * @param interval milliseconds between two drawings; 0: in the next frame, as for what a hand moves
   */
  ask(chart: object, draw: () => void, interval: number): void {
    const before = this.#waiting.get(chart)
    const at = Math.min(before?.at ?? Infinity, (this.#drawnAt.get(chart) ?? -Infinity) + interval)
    this.#waiting.set(chart, { draw, at, byHand: interval === 0 || (before?.byHand ?? false) })
    this.#schedule()
  }

  /** The chart is gone. */
  forget(chart: object): void {
    this.#waiting.delete(chart)
  }

  #schedule(): void {
    if (this.#frame !== null || this.#waiting.size === 0) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const due = Math.min(...[...this.#waiting.values()].map(({ at }) => at))
    const wait = due - performance.now()
    if (wait > 0) this.#timer = setTimeout(() => this.#request(), wait)
    else this.#request()
  }

  #request(): void {
    this.#timer = null
    this.#frame ??= requestAnimationFrame(() => this.#work())
  }

  #work(): void {
    this.#frame = null
    const began = performance.now()
    const due = [...this.#waiting].filter(([, { at }]) => at <= began).sort(([, a], [, b]) => a.at - b.at)
    for (const [chart, { draw, byHand }] of due) {
      this.#waiting.delete(chart)
      this.#drawnAt.set(chart, began)
      draw()
      if (!byHand || performance.now() - began >= BUDGET) break
    }
    this.#schedule()
  }
}
