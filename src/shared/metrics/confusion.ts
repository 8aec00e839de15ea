import { LabError } from '../errors'

/** Counts of (true, predicted) class pairs. */
export interface Confusion {
  /** K. */
  readonly classes: number
  /** uint32 [K, K], row = true class, column = predicted class. */
  readonly counts: Uint32Array
}

/**
 * Counts how often each true class was predicted as each class.
 * @param labels true class [images]
 * @param predicted predicted class [images]
 * @throws LabError 'bad-input' when lengths differ or a class is not in 0..K−1
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Confusion & { readonly counts: Uint32Array<ArrayBuffer> } {
  if (labels.length !== predicted.length) {
    throw new LabError('bad-input', `There are ${labels.length} labels but ${predicted.length} predictions.`)
  }
  const counts = new Uint32Array(classes * classes)
  for (let i = 0; i < labels.length; i++) {
    const [truth, guess] = [labels[i]!, predicted[i]!]
    if (!(truth >= 0 && truth < classes && guess >= 0 && guess < classes)) {
      throw new LabError(
        'bad-input',
        `Image ${i} has label ${truth} and prediction ${guess}, but there are only ${classes} classes.`,
      )
    }
    counts[truth * classes + guess]!++
  }
  return { classes, counts }
}

/**
 * The matrix as shares: of each true class (row; the diagonal is recall), of each predicted class (column; precision), or of
 * all images (total). A row or column without images is 0.
 * @returns float64 [K, K]
 */
export function normaliseConfusion(confusion: Confusion, by: 'row' | 'column' | 'total'): Float64Array<ArrayBuffer> {
  const { classes, counts } = confusion
  const { support, guesses, total } = marginals(confusion)
  const shares = new Float64Array(counts.length)
  for (let cell = 0; cell < shares.length; cell++) {
    const whole =
      by === 'row' ? support[Math.floor(cell / classes)]! : by === 'column' ? guesses[cell % classes]! : total
    shares[cell] = whole === 0 ? 0 : counts[cell]! / whole
  }
  return shares
}

/** Row sums (images of each class), column sums (predictions of each class) and the sum of all. */
function marginals({ classes, counts }: Confusion) {
  const support = new Float64Array(classes)
  const guesses = new Float64Array(classes)
  let total = 0
  counts.forEach((count, cell) => {
    support[Math.floor(cell / classes)]! += count
    guesses[cell % classes]! += count
    total += count
  })
  return { support, guesses, total }
}

/** Images of class `truth` taken for class `predicted`. */
export interface ConfusedPair {
  readonly truth: number
  readonly predicted: number
  readonly count: number
  /** Of the images of class `truth`. */
  readonly share: number
}

/** Confused (true, predicted) pairs, most frequent first, then the larger share, then by class. Pairs never confused are left out. */
export function confusedPairs(confusion: Confusion): ConfusedPair[] {
  const { classes, counts } = confusion
  const shares = normaliseConfusion(confusion, 'row')
  const pairs: ConfusedPair[] = []
  counts.forEach((count, cell) => {
    const truth = Math.floor(cell / classes)
    const predicted = cell % classes
    if (count > 0 && truth !== predicted) pairs.push({ truth, predicted, count, share: shares[cell]! })
  })
  return pairs.sort((a, b) => b.count - a.count || b.share - a.share || a.truth - b.truth || a.predicted - b.predicted)
}

/** Two classes taken for each other; a < b. */
export interface MutualPair {
  readonly a: number
  readonly b: number
  /** aAsB + bAsA. */
  readonly count: number
  readonly aAsB: number
  readonly bAsA: number
  /** Of the images of both classes. */
  readonly share: number
}

/** Pairs of classes confused in either direction, most frequent first, then the larger share, then by class. */
export function mutualPairs(confusion: Confusion): MutualPair[] {
  const { classes, counts } = confusion
  const { support } = marginals(confusion)
  const pairs: MutualPair[] = []
  for (let a = 0; a < classes; a++) {
    for (let b = a + 1; b < classes; b++) {
      const aAsB = counts[a * classes + b]!
      const bAsA = counts[b * classes + a]!
      const count = aAsB + bAsA
      if (count > 0) pairs.push({ a, b, count, aAsB, bAsA, share: count / (support[a]! + support[b]!) })
    }
  }
  return pairs.sort((p, q) => q.count - p.count || q.share - p.share || p.a - q.a || p.b - q.b)
}

/** One class's quality; a ratio over nothing is 0 (as scikit-learn's zero_division=0). */
export interface ClassQuality {
  /** Class number. */
  readonly class: number
  /** Right among those predicted as the class. */
  readonly precision: number
  /** Right among those of the class. */
  readonly recall: number
  readonly f1: number
  /** Images of the class. */
  readonly support: number
  /** Images predicted as the class. */
  readonly predicted: number
}

export interface ClassReport {
  readonly classes: readonly ClassQuality[]
  readonly images: number
  /** Share of images right; 0 without images. */
  readonly accuracy: number
  /** Plain means over the classes that occur, as label or as prediction. */
  readonly macro: { readonly precision: number; readonly recall: number; readonly f1: number }
}

/** Precision, recall, F1 and support of every class, accuracy and macro averages. */
export function classReport(confusion: Confusion): ClassReport {
  const { classes, counts } = confusion
  const { support, guesses, total } = marginals(confusion)
  const rows = Array.from({ length: classes }, (_, k): ClassQuality => {
    const right = counts[k * classes + k]!
    return {
      class: k,
      precision: ratio(right, guesses[k]!),
      recall: ratio(right, support[k]!),
      f1: ratio(2 * right, guesses[k]! + support[k]!),
      support: support[k]!,
      predicted: guesses[k]!,
    }
  })
  const right = rows.reduce((sum, row) => sum + counts[row.class * classes + row.class]!, 0)
  const present = rows.filter((row) => row.support + row.predicted > 0)
  const mean = (of: (row: ClassQuality) => number) =>
    ratio(
      present.reduce((sum, row) => sum + of(row), 0),
      present.length,
    )
  return {
    classes: rows,
    images: total,
    accuracy: ratio(right, total),
    macro: { precision: mean((r) => r.precision), recall: mean((r) => r.recall), f1: mean((r) => r.f1) },
  }
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
