/** Images on which the very same runs err. */
export interface ErrorPattern {
  /** One character for each run: 1 it is wrong, 0 it is right. */
  readonly wrong: string
  readonly images: number
  /** Of each true class. */
  readonly byClass: number[]
}

/** Every image's pattern. */
export interface ErrorPatterns {
  /** Most images first; of two runs all four, of more all right and all wrong at least. */
  readonly patterns: readonly ErrorPattern[]
  /** Place of each image's pattern in `patterns`. uint32 [images] */
  readonly ofImage: Uint32Array
}

/**
 * Sorts images by who errs on them: time grows with images × runs, whatever the number of runs.
 * @param labels true class [images]
 * @param predicted class by each run, [images] each
 */
export function errorPatterns(
  labels: ArrayLike<number>,
  predicted: readonly ArrayLike<number>[],
  classes: number,
): ErrorPatterns {
  const found = groupImages(labels, predicted)
  const counted = new Map<string, { images: number; byClass: number[] }>()
  const count = (wrong: string) => {
    const known = counted.get(wrong)
    if (known) return known
    const made = { images: 0, byClass: Array<number>(classes).fill(0) }
    counted.set(wrong, made)
    return made
  }
  for (const wrong of alwaysTold(predicted.length)) count(wrong)
  const byGroup = found.names.map(count)
  for (let i = 0; i < labels.length; i++) {
    const pattern = byGroup[found.ofImage[i]!]!
    pattern.images += 1
    pattern.byClass[labels[i]!]! += 1
  }
  const patterns = [...counted]
    .map(([wrong, counts]): ErrorPattern => ({ wrong, ...counts }))
    .sort((a, b) => b.images - a.images || (a.wrong < b.wrong ? -1 : 1))
  const places = new Map(patterns.map(({ wrong }, place) => [wrong, place]))
  const ofGroup = found.names.map((name) => places.get(name)!)
  return { patterns, ofImage: found.ofImage.map((group) => ofGroup[group]!) }
}

/** Patterns that are told even where they have no image. */
const alwaysTold = (runs: number): string[] =>
  runs === 2 ? ['00', '10', '01', '11'] : ['0'.repeat(runs), '1'.repeat(runs)]

/** Splits all images by the first run, each part by the second, and so on. */
function groupImages(
  labels: ArrayLike<number>,
  predicted: readonly ArrayLike<number>[],
): { readonly names: readonly string[]; readonly ofImage: Uint32Array } {
  const ofImage = new Uint32Array(labels.length)
  let names = ['']
  for (const guesses of predicted) {
    const next: string[] = []
    const split = new Int32Array(2 * names.length).fill(-1)
    for (let i = 0; i < ofImage.length; i++) {
      const wrong = guesses[i] === labels[i] ? 0 : 1
      const slot = 2 * ofImage[i]! + wrong
      if (split[slot] === -1) split[slot] = next.push(`${names[ofImage[i]!]}${wrong}`) - 1
      ofImage[i] = split[slot]!
    }
    names = next
  }
  return { names, ofImage }
}
