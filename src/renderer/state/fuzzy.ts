/** A match begins a word: worth more than one within it. */
const WORD_START = 8
/** It follows the one before it at once. */
const NEIGHBOUR = 5
/** A letter left out between two. */
const GAP = 0.2

/**
 * How well `text` fits what was typed: all its letters, in order, gaps allowed. Each word typed is looked for by itself.
 * @returns higher is better; null: does not fit
 */
export function fuzzyScore(text: string, typed: string): number | null {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  const lower = text.toLowerCase()
  let total = 0
  for (const word of words) {
    const score = wordScore(lower, word)
    if (score === null) return null
    total += score
  }
  // Of two that fit alike the shorter is meant.
  return total - text.length / 100
}

/** The best of all places where the word may begin. */
function wordScore(text: string, word: string): number | null {
  // A number is meant as it stands.
  if (/^#?\d+$/.test(word)) return text.includes(word) ? NEIGHBOUR * word.length + WORD_START : null
  let best: number | null = null
  for (let start = text.indexOf(word[0]!); start >= 0; start = text.indexOf(word[0]!, start + 1)) {
    const score = scoreFrom(text, word, start)
    if (score !== null && (best === null || score > best)) best = score
  }
  return best
}

function scoreFrom(text: string, word: string, start: number): number | null {
  let score = 0
  let before = -1
  let from = start
  for (const letter of word) {
    const at = text.indexOf(letter, from)
    if (at < 0) return null
    const begins = at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]!)
    score += (begins ? WORD_START : 1) + (before >= 0 && at === before + 1 ? NEIGHBOUR : 0)
    if (before >= 0) score -= GAP * (at - before - 1)
    before = at
    from = at + 1
  }
  return score
}

/**
 * What fits, best first; equals keep their order.
 * @param limit most of them
 */
export function fuzzyFind<Item>(
  items: readonly Item[],
  typed: string,
  text: (item: Item) => string,
  limit: number,
): Item[] {
  if (typed.trim() === '') return items.slice(0, limit)
  return items
    .flatMap((item) => {
      const score = fuzzyScore(text(item), typed)
      return score === null ? [] : [{ item, score }]
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, limit)
    .map(({ item }) => item)
}
