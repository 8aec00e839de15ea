import type { Failure } from '../../shared/contract/reply'
import { failureOf } from '../transport/client'

export interface Message {
  readonly id: number
  /** Unix milliseconds. */
  readonly time: number
  readonly text: string
  /** Of what failed; null: a plain message. */
  readonly failure: Failure | null
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

  /** Tells something that needs no answer. */
  tell(text: string): void {
    const { id } = this.#add(text, null)
    setTimeout(() => this.close(id), SHOWN_FOR)
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

  #add(text: string, failure: Failure | null): Message {
    const message = { id: this.#nextId++, time: Date.now(), text, failure }
    this.all = [message, ...this.all].slice(0, KEPT)
    this.shown = [...this.shown, message].slice(-4)
    return message
  }
}
