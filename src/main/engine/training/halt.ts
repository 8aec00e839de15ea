/** A person's wish to end a training: noted at once; a stop is obeyed when the step in work is done, a pause when the batch is. */
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

/** Lets the event loop read messages: a step blocks this thread, so this stands between steps. */
export const yieldToMessages = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
