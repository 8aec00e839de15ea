/** A range or smoothing that goes on changing is asked for once it has stood still so long. Milliseconds. */
const ASK_AFTER = 15
/** After so long without a question the next one is asked at once. Milliseconds. */
const REST = 150

/** Asks a little later, so that a hand that moves asks once; the first time after a rest at once. */
export class AskingLater {
  readonly #ask: () => void
  readonly #askedAt: () => number
  #timer: ReturnType<typeof setTimeout> | null = null

  /** @param askedAt when it was asked last, milliseconds */
  constructor(ask: () => void, askedAt: () => number) {
    this.#ask = ask
    this.#askedAt = askedAt
  }

  ask(): void {
    this.cancel()
    const rested = performance.now() - this.#askedAt() > REST
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        this.#ask()
      },
      rested ? 0 : ASK_AFTER,
    )
  }

  cancel(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }
}
