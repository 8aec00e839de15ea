/** How long the second press of two, as in 'g r', may wait. Milliseconds. */
export const PREFIX_FOR = 1500

/** The part of a key press that is read. */
export type KeyPress = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'defaultPrevented' | 'target'
>

/** Where a person writes, or a sheet that has the keys for itself. */
const WRITING = 'input:not([type="checkbox"], [type="radio"], [type="range"]), textarea, select, [contenteditable]'
const CLAIMED = '[role="dialog"], [role="menu"], [role="listbox"]'

/**
 * One press as commands name it: 'n', '?', ' ', 'mod+k' (Ctrl, or ⌘). Null where it belongs to a text field, a sheet or
 * a control, or has another modifier; the palette's key works everywhere.
 */
export function commandKey(event: KeyPress): string | null {
  if (event.altKey || event.defaultPrevented) return null
  const within = (selector: string): boolean => {
    const target = event.target as Partial<Element> | null
    return typeof target?.closest === 'function' && target.closest(selector) !== null
  }
  const key = event.key.toLowerCase()
  if (event.ctrlKey || event.metaKey) {
    if (event.shiftKey) return null
    return key === 'k' || !within(`${WRITING}, ${CLAIMED}`) ? `mod+${key}` : null
  }
  if (within(`${WRITING}, ${CLAIMED}`)) return null
  if (key === ' ' && within('button, a, input, summary, [tabindex="0"]')) return null
  return key
}

/** Reads presses one after the other, so that two of them can be one key: 'g r'. */
export class KeyReader {
  #prefix: string | null = null
  #pressedAt = -Infinity

  /**
   * @param known all keys there are
   * @param now milliseconds
   * @returns the key that is complete with this press, or null
   */
  read(event: KeyPress, known: readonly string[], now: number): string | null {
    const key = commandKey(event)
    if (key === null || /^(shift|control|alt|meta)$/.test(key)) return null
    const prefix = now - this.#pressedAt <= PREFIX_FOR ? this.#prefix : null
    this.#prefix = null
    const both = `${prefix} ${key}`
    if (prefix !== null && known.includes(both)) return both
    if (known.includes(key)) return key
    if (known.some((one) => one.startsWith(`${key} `))) [this.#prefix, this.#pressedAt] = [key, now]
    return null
  }
}

/** A key as people read it: 'Ctrl+K', 'Ctrl+Enter', 'G then R', 'Space'. @param mac ⌘ in place of Ctrl */
export function keyWords(key: string, mac = /mac/i.test(globalThis.navigator?.platform ?? '')): string {
  if (key === ' ') return 'Space'
  if (key.startsWith('mod+')) return `${mac ? '⌘' : 'Ctrl+'}${key[4]!.toUpperCase()}${key.slice(5)}`
  return key.toUpperCase().split(' ').join(' then ')
}
