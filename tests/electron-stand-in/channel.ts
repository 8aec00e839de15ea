/** Calls over the line between two Node processes, each answering the other's. */

/** One end of the line: a child process, or `process` in the child. */
interface End {
  send?(message: unknown, sent: (error: Error | null) => void): unknown
  on(event: 'message', listener: (message: unknown) => void): unknown
  on(event: 'disconnect', listener: () => void): unknown
}

type Message =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly args: readonly unknown[] }
  | { readonly type: 'reply'; readonly id: number; readonly value?: unknown; readonly error?: string }

type Call = (...args: never[]) => unknown

/** @template Theirs what the other end answers */
export class Channel<Theirs extends object> {
  readonly #end: End
  readonly #waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>()
  #last = 0
  #open = true

  /** @param answers what this end answers, by name */
  constructor(end: End, answers: object) {
    this.#end = end
    end.on('message', (message) => void this.#receive(message as Message, answers as Record<string, Call>))
    end.on('disconnect', () => this.#close())
  }

  /** Whether the other process is there. */
  get open(): boolean {
    return this.#open
  }

  /** Asks the other end. @throws Error with its words when that fails, or the line is cut */
  call<Name extends keyof Theirs & string>(
    name: Name,
    ...args: Theirs[Name] extends (...args: infer Given) => unknown ? Given : never
  ): Promise<Theirs[Name] extends (...args: never[]) => infer Result ? Awaited<Result> : never> {
    if (!this.#open) return Promise.reject(new Error(`${name}: the other process has ended.`))
    const id = ++this.#last
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#send({ type: 'call', id, name, args })
    })
  }

  async #receive(message: Message, answers: Record<string, Call>): Promise<void> {
    if (message.type === 'reply') {
      const waiting = this.#waiting.get(message.id)
      this.#waiting.delete(message.id)
      if (message.error === undefined) waiting?.resolve(message.value as never)
      else waiting?.reject(new Error(message.error))
      return
    }
    const { id, name, args } = message
    const reply = await Promise.resolve()
      .then(() => answers[name]!(...(args as never[])))
      .then(
        (value: unknown) => ({ value }),
        (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
      )
    if (this.#open) this.#send({ type: 'reply', id, ...reply })
  }

  /** A process that has just ended tells so first by what can no longer be written to it, and only then by its line being cut. */
  #send(message: Message): void {
    this.#end.send?.(message, (error) => {
      if (error) this.#close()
    })
  }

  #close(): void {
    this.#open = false
    for (const { reject } of this.#waiting.values()) reject(new Error('The other process has ended.'))
    this.#waiting.clear()
  }
}
