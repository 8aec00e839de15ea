import { z } from 'zod'
import { LabError } from '../../../shared/errors'
import type { Store } from '../../store/store'

/** Not a key a window can use (shared/contract/lab.ts): it has a '/'. */
const SETTING = 'lab/queue'
const schema = z.object({
  paused: z.boolean(),
  problem: z.object({ message: z.string(), hint: z.string().nullable() }).nullable(),
})

/** Why the queue is paused though no person paused it. */
export type QueueProblem = Readonly<NonNullable<z.infer<typeof schema>['problem']>>

/** Whether the queue is paused, and why; kept over a restart. */
export class QueueState {
  readonly #settings: Store['settings']
  readonly #onChange: () => void
  #value: z.infer<typeof schema>

  /** @param onChange told of every change */
  constructor(settings: Store['settings'], onChange: () => void) {
    this.#settings = settings
    this.#onChange = onChange
    this.#value = schema.safeParse(settings.get(SETTING)).data ?? { paused: false, problem: null }
  }

  get paused(): boolean {
    return this.#value.paused
  }

  get problem(): QueueProblem | null {
    return this.#value.problem
  }

  /** A person pauses it or goes on. @throws LabError 'storage' when that cannot be kept */
  set(paused: boolean): void {
    this.#set({ paused, problem: null })
  }

  /** Pauses it because of a problem that would fail every run. */
  giveUp(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    const problem = { message, hint: error instanceof LabError ? error.hint : null }
    try {
      this.#set({ paused: true, problem })
    } catch (cause) {
      // The store itself fails: the queue is paused for this lab's life only.
      if (!(cause instanceof LabError)) throw cause
    }
  }

  #set(value: z.infer<typeof schema>): void {
    this.#value = value
    this.#onChange()
    this.#settings.set(SETTING, value)
  }
}
