import type { Settings } from './settings.svelte'

/** A text that a person is writing and has not kept yet. */
export interface Draft {
  readonly text: string
  /** The text it began from. */
  readonly base: string
}

/**
 * Texts that are being written: they outlast a change of view and a restart, as settings of the lab, until they are kept or
 * thrown away. Each by a key of letters, digits, '.' and '-': 'run.0017-hrm-mnist'.
 */
export class Drafts {
  readonly #settings: Settings
  /** The one that was begun last: its field takes the focus as soon as it is there. */
  wanted = $state<string | null>(null)
  /** Asked of the lab once; from then on this window knows best. */
  readonly #asked: Record<string, Promise<void>> = {}

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** What is being written; null: nothing, or not asked for yet, see {@link load}. */
  of(key: string): Draft | null {
    return readDraft(this.#settings.get(settingOf(key)))
  }

  /** Asks the lab for what was left of an earlier window. @throws RequestFailed */
  load(key: string): Promise<void> {
    return (this.#asked[key] ??= this.#settings.load([settingOf(key)]).catch((error: unknown) => {
      delete this.#asked[key]
      throw error
    }))
  }

  /** Begins with the text as it is kept; a draft that is there goes on. */
  begin(key: string, base: string): void {
    if (!this.of(key)) this.put(key, { text: base, base })
    this.wanted = key
  }

  /** What is written now. */
  write(key: string, text: string): void {
    this.put(key, { text, base: this.of(key)?.base ?? '' })
  }

  /** As it is, in place of what is there. */
  put(key: string, draft: Draft): void {
    this.#asked[key] = Promise.resolve()
    this.#settings.set(settingOf(key), draft)
  }

  /** It is kept, or thrown away. */
  end(key: string): void {
    this.#settings.set(settingOf(key), null)
  }
}

const settingOf = (key: string): string => `draft.${key}`

function readDraft(kept: unknown): Draft | null {
  if (typeof kept !== 'object' || kept === null) return null
  const { text, base } = kept as Partial<Record<keyof Draft, unknown>>
  return typeof text === 'string' && typeof base === 'string' ? { text, base } : null
}
