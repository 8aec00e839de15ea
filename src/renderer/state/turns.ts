/** Lets so many works go on at once; the others wait, the first to come first. */
export class Turns {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #going = 0

  constructor(most: number) {
    this.#most = most
  }

  /** Whether nothing goes on or waits. */
  get idle(): boolean {
    return this.#going === 0
  }

  /** Does the work when its turn has come. @throws what it throws */
  async take<Value>(work: () => Promise<Value>): Promise<Value> {
    if (this.#going >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#going += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#going -= 1
    }
  }
}
