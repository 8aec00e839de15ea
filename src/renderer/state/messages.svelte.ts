import { untrack } from 'svelte'
import type { Failure } from '../../shared/contract/reply'
import { failureOf, RequestFailed } from '../transport/client'

/** What a message offers to do. */
export interface MessageAction {
  readonly label: string
  readonly run: () => void
  /** Whether it can still be done. */
  readonly offered: () => boolean
}

export interface Message {
  readonly id: number
  /** Unix milliseconds. */
  readonly time: number
  readonly text: string
  /** Of what failed; null: a plain message. */
  readonly failure: Failure | null
  readonly action: MessageAction | null
}

/** How long a plain message stays, and one that offers something; one of a failure stays until it is closed. Milliseconds. */
export const SHOWN_FOR = 6000
export const OFFERED_FOR = 12_000
/** Messages kept to be read again, and shown at once. */
const KEPT = 200
const SHOWN = 4

const unreachable: Failure = {
  kind: 'connection',
  message: 'The lab cannot be reached at the moment.',
  hint: 'Nothing was asked of it. Try again once the window is connected.',
  details: null,
}

/** What the window told: shown for a while, then kept to be read again. */
export class Messages {
  /** All of them, newest first. */
  all = $state.raw<readonly Message[]>([])
  shown = $state.raw<readonly Message[]>([])
  readonly #reachable: () => boolean
  #held = false
  /** By message. */
  #due: Record<number, ReturnType<typeof setTimeout>> = {}
  #nextId = 1

  /** @param reachable whether the lab can be asked now */
  constructor(reachable: () => boolean = () => true) {
    this.#reachable = reachable
  }

  /** Tells something that needs no answer. @param action what it offers to do @returns the message's id */
  tell(text: string, action: MessageAction | null = null): number {
    const message = this.#add(text, null, action)
    this.#leaveLater(message)
    return message.id
  }

  isShown(id: number): boolean {
    return this.shown.some((message) => message.id === id)
  }

  /** Tells what failed, or that a person cancelled it. @param what what was tried, as 'Pausing the run' */
  fail(what: string, error: unknown): void {
    const failure = failureOf(error)
    if (failure.kind === 'cancelled') this.tell([failure.message, failure.hint].filter(Boolean).join(' '))
    else this.#add(`${what} failed.`, failure, null)
  }

  /** Does something and tells when it fails, or that the lab cannot be asked now. @returns whether it was done */
  async attempt(what: string, action: () => Promise<unknown>): Promise<boolean> {
    try {
      // Who tries something in an effect must not depend on the connection by that, nor on the messages.
      if (!untrack(this.#reachable)) throw new RequestFailed(unreachable)
      await action()
      return true
    } catch (error) {
      this.fail(what, error)
      return false
    }
  }

  close(id: number): void {
    clearTimeout(this.#due[id])
    delete this.#due[id]
    this.shown = this.shown.filter((message) => message.id !== id)
    // With the last one its reader has gone, who may not have been seen leaving.
    if (this.shown.length === 0) this.#held = false
  }

  /** Keeps what is shown as long as a person reads it (true), then lets it go again. */
  hold(held: boolean): void {
    if (held === this.#held) return
    this.#held = held
    for (const timer of Object.values(this.#due)) clearTimeout(timer)
    this.#due = {}
    if (!held) for (const message of this.shown) if (!message.failure) this.#leaveLater(message)
  }

  #leaveLater({ id, action }: Message): void {
    if (this.#held) return
    this.#due[id] = setTimeout(() => this.close(id), action ? OFFERED_FOR : SHOWN_FOR)
  }

  #add(text: string, failure: Failure | null, action: MessageAction | null): Message {
    const message = { id: this.#nextId++, time: Date.now(), text, failure, action }
    untrack(() => {
      this.all = [message, ...this.all].slice(0, KEPT)
      this.shown = [...this.shown, message].slice(-SHOWN)
    })
    return message
  }
}
