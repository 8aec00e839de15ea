/** Where progress is written: standard error, or a test's recorder. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined
  readonly columns?: number | undefined
  write(text: string): unknown
}

const PLAIN_INTERVAL_MS = 10_000
const TERMINAL_INTERVAL_MS = 100

/**
 * One line that tells how far a long work is: rewritten in place on a terminal, a new plain line every ten seconds elsewhere.
 * Everything goes to standard error, so that results on standard output stay clean.
 */
export class ProgressLine {
  readonly #stream: ProgressStream
  readonly #now: () => number
  #last = -Infinity
  #shown = false

  constructor(stream: ProgressStream = process.stderr, now: () => number = Date.now) {
    this.#stream = stream
    this.#now = now
  }

  /** Shows `share` (0 … 1, or null when unknown) and `text`; drops what comes faster than a person reads. */
  update(share: number | null, text: string, force = false): void {
    const now = this.#now()
    const interval = this.#stream.isTTY ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS
    if (!force && now - this.#last < interval) return
    this.#last = now
    if (!this.#stream.isTTY) {
      this.#stream.write(`${share === null ? '' : `${Math.floor(100 * share)} % `}${text}\n`)
      return
    }
    const line = `${share === null ? '' : `${bar(share)} `}${text}`
    this.#stream.write(`\r\u001b[2K${line.slice(0, (this.#stream.columns ?? 80) - 1)}`)
    this.#shown = true
  }

  /** Writes a lasting line above the progress line. */
  note(text: string): void {
    this.clear()
    this.#stream.write(`${text}\n`)
  }

  /** Takes the progress line away. */
  clear(): void {
    if (this.#shown) this.#stream.write('\r\u001b[2K')
    this.#shown = false
    this.#last = -Infinity
  }
}

function bar(share: number): string {
  const width = 20
  const full = Math.round(width * Math.min(1, Math.max(0, share)))
  return `${'█'.repeat(full)}${'░'.repeat(width - full)}`
}
