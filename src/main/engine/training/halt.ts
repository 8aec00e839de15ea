/** A person's wish to end a training: noted at once, obeyed when the batch in work is done. */
export class HaltSignal {
  #how: 'pause' | 'stop' | null = null

  /** `stop` outweighs `pause`. */
  request(how: 'pause' | 'stop'): void {
    if (this.#how !== 'stop') this.#how = how
  }

  get reason(): 'paused' | 'stopped' | null {
    return this.#how === null ? null : this.#how === 'pause' ? 'paused' : 'stopped'
  }
}

/** Lets the event loop read messages: a batch blocks this thread, so this stands between batches. */
export const yieldToMessages = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
