import type { Messages } from './messages.svelte'

/** Something that was done and can be taken back. */
export interface Undoable {
  /** What was done: 'Moved 3 runs to the trash.' */
  readonly text: string
  readonly revert: () => Promise<unknown>
  /** The message that told of it. */
  readonly message: number
  readonly series: string | null
  /** What it is about: runs' ids, say. */
  readonly of: readonly string[]
}

/** So many are kept. */
const KEPT = 50

/** What can be taken back, the newest first: by the toast that told of it, from the list of messages, or with Ctrl+Z. */
export class Undo {
  readonly #messages: Messages
  #entries = $state.raw<readonly Undoable[]>([])

  constructor(messages: Messages) {
    this.#messages = messages
  }

  /** What Ctrl+Z would take back; null: nothing. */
  get next(): Undoable | null {
    return this.#entries[0] ?? null
  }

  /**
   * Tells what was done, and how it can be taken back.
   * @param series name of a kind of change that people make many of in a row: they are told and taken back as one
   * @param of ids of what it is about, see {@link forget}
   */
  offer(
    text: string,
    revert: () => Promise<unknown>,
    { series = null, of = [] }: { readonly series?: string | null; readonly of?: readonly string[] } = {},
  ): void {
    const before = this.next
    const goesOn = series !== null && before?.series === series && this.#messages.isShown(before.message)
    if (goesOn) this.#messages.close(before.message)
    const message = this.#messages.tell(text, {
      label: 'Undo',
      run: () => void this.take(entry),
      offered: () => this.#entries.includes(entry),
    })
    const entry: Undoable = { text, revert: goesOn ? before.revert : revert, message, series, of }
    this.#entries = [entry, ...this.#entries.slice(goesOn ? 1 : 0)].slice(0, KEPT)
  }

  /** What was done with these can be taken back no more: they are gone for good. */
  forget(ids: readonly string[]): void {
    this.#entries = this.#entries.filter(({ of }) => !of.some((id) => ids.includes(id)))
  }

  /** Takes something back, once. @returns whether that was done */
  async take(entry: Undoable | null = this.next): Promise<boolean> {
    if (!entry || !this.#entries.includes(entry)) return false
    this.#entries = this.#entries.filter((other) => other !== entry)
    this.#messages.close(entry.message)
    const done = await this.#messages.attempt('Undoing', entry.revert)
    if (done) this.#messages.tell(`Undone: ${entry.text}`)
    return done
  }
}
