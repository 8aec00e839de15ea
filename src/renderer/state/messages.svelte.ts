import type { Failure } from '../../shared/contract/reply'
import { failureOf } from '../transport/client'

/** What can be done about a message, as undoing what it tells. */
export interface MessageAction {
  readonly label: string
  readonly run: () => void
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

/** How long a plain message stays; one of a failure stays until it is closed. Milliseconds. */
export const SHOWN_FOR = 6000
/** Messages kept to be read again. */
const KEPT = 200

/** What the window told: shown for a while, then kept to be read again. */
export class Messages {
  /** All of them, newest first. */
  all = $state.raw<readonly Message[]>([])
  shown = $state.raw<readonly Message[]>([])
  #nextId = 1

  /** Tells something that needs no answer; what can be done about it stays twice as long. */
  tell(text: string, action: MessageAction | null = null): void {
    const { id } = this.#add(text, null, action)
    setTimeout(() => this.close(id), action ? 2 * SHOWN_FOR : SHOWN_FOR)
  }

  /** Tells what failed. @param what what was tried, as 'Pausing the run' */
  fail(what: string, error: unknown): void {
    this.#add(`${what} failed.`, failureOf(error))
  }

  /** Does something and tells when it fails. @returns whether it was done */
  async attempt(what: string, action: () => Promise<unknown>): Promise<boolean> {
    try {
      await action()
      return true
    } catch (error) {
      this.fail(what, error)
      return false
    }
  }

  close(id: number): void {
    this.shown = this.shown.filter((message) => message.id !== id)
  }

  #add(text: string, failure: Failure | null, action: MessageAction | null = null): Message {
    const message = { id: this.#nextId++, time: Date.now(), text, failure, action }
    this.all = [message, ...this.all].slice(0, KEPT)
    this.shown = [...this.shown, message].slice(-4)
    return message
  }
}
