/** Standard normal quantile of 97.5 %: an interval of 95 % ends there. */
const Z95 = 1.959963984540054

/** Where a share may lie, 0 … 1. */
export interface Interval {
  readonly low: number
  readonly high: number
}

/**
 * Wilson's interval of 95 % for a share of `right` in `images`: unlike the usual one it holds near 0 and 1 too.
 * E. Wilson, J. Am. Stat. Assoc. 22 (1927) 209–212; recommended by R. Newcombe, Statist. Med. 17 (1998) 857–872.
 * @returns null without images
 */
export function wilsonInterval(right: number, images: number): Interval | null {
  if (images === 0) return null
  const share = right / images
  const square = Z95 ** 2 / images
  const middle = share + square / 2
  const reach = Z95 * Math.sqrt((share * (1 - share)) / images + square / (4 * images))
  return {
    low: right === 0 ? 0 : (middle - reach) / (1 + square),
    high: right === images ? 1 : (middle + reach) / (1 + square),
  }
}

/** How far two raters agree. */
export interface Agreement {
  readonly images: number
  /** Images that both give the same class. */
  readonly same: number
  /** Cohen's kappa: 1 full agreement, 0 what chance gives; null where both know one class only. */
  readonly kappa: number | null
}

/**
 * Cohen's kappa of two lists of classes for the same images. J. Cohen, Educ. Psychol. Meas. 20 (1960) 37–46.
 * @param a class by image, 0 … classes − 1
 */
export function agreement(a: ArrayLike<number>, b: ArrayLike<number>, classes: number): Agreement {
  const [ofA, ofB] = [new Float64Array(classes), new Float64Array(classes)]
  const images = a.length
  let same = 0
  for (let i = 0; i < images; i++) {
    ofA[a[i]!]! += 1
    ofB[b[i]!]! += 1
    if (a[i] === b[i]) same++
  }
  const byChance = ofA.reduce((sum, count, k) => sum + count * ofB[k]!, 0) / Math.max(1, images ** 2)
  return { images, same, kappa: images === 0 || byChance === 1 ? null : (same / images - byChance) / (1 - byChance) }
}
