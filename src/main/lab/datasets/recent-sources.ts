import { openSource } from './open-source'
import type { Source } from './source'

/** A person who tries sizes and fits looks at the same files again and again; walking 100,000 of them takes seconds. */
const KEPT_MS = 2 * 60_000

interface Opened {
  readonly key: string
  readonly source: Promise<Source>
}

/** The source that was looked at last, kept for a while: for previews. An import always looks for itself. */
export class RecentSources {
  readonly #open: typeof openSource
  #recent: Opened | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(open: typeof openSource = openSource) {
    this.#open = open
  }

  /** As openSource, but what was opened last is given again. */
  readonly open = (path: string, coarse = false): Promise<Source> =>
    this.#recent?.key === keyOf(path, coarse) ? this.#keep(this.#recent) : this.openAnew(path, coarse)

  /** As openSource. */
  openAnew(path: string, coarse: boolean): Promise<Source> {
    const opened = { key: keyOf(path, coarse), source: this.#open(path, coarse) }
    opened.source.catch(() => this.#forget(opened))
    return this.#keep(opened)
  }

  #keep(opened: Opened): Promise<Source> {
    this.#recent = opened
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#forget(opened), KEPT_MS).unref()
    return opened.source
  }

  #forget(opened: Opened): void {
    if (this.#recent === opened) this.#recent = null
  }
}

const keyOf = (path: string, coarse: boolean): string => `${coarse} ${path}`
