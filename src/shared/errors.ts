/**
 * An error a person can act on: what happened to which file or run, why, and the way out.
 * Every shell prints `message` and `hint`; anything else that is thrown is a defect and keeps its stack.
 */
export class LabError extends Error {
  /** What to do about it, one sentence; null when the message says it. */
  readonly hint: string | null
  /** Stable kind for programs: 'not-found', 'bad-input', 'engine', 'storage', ... */
  readonly kind: string

  constructor(kind: string, message: string, hint: string | null = null, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LabError'
    this.kind = kind
    this.hint = hint
  }
}
