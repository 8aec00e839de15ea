import { LabError } from '../errors'

/** What McNemar's test says of two classifiers on the same images. */
export interface McNemar {
  /** Images that only the first gets wrong, and only the second. */
  readonly onlyA: number
  readonly onlyB: number
  /** Their sum: the images on which one of the two is right. */
  readonly n: number
  /** Two-sided, exact (binomial with one half). */
  readonly p: number
  /** The same with half of the observed outcome's probability: less conservative. */
  readonly midP: number
}

/**
 * McNemar's exact test of whether two classifiers err equally often on the same images: where just one of them errs, it is
 * either with probability ½.
 * Q. McNemar, Psychometrika 12 (1947) 153–157; mid-p: M. Fagerland, S. Lydersen, P. Laake, BMC Med. Res. Methodol. 13 (2013) 91.
 * @throws LabError 'bad-input' when a count is not a whole number ≥ 0
 */
export function exactMcNemar(onlyA: number, onlyB: number): McNemar {
  for (const count of [onlyA, onlyB])
    if (!Number.isSafeInteger(count) || count < 0)
      throw new LabError('bad-input', `McNemar’s test counts images, and ${count} is no count.`)
  const n = onlyA + onlyB
  const { upTo, at } = fairBinomial(n, Math.min(onlyA, onlyB))
  if (onlyA === onlyB) return { onlyA, onlyB, n, p: 1, midP: 1 - at / 2 }
  return { onlyA, onlyB, n, p: Math.min(1, 2 * upTo), midP: 2 * upTo - at }
}

/**
 * P(X ≤ k) and P(X = k) of a binomial X with n tries and probability ½, k ≤ n / 2. Every probability is taken relative to the
 * middle one, so that nothing overflows and no factorial is approximated.
 */
function fairBinomial(n: number, k: number): { readonly upTo: number; readonly at: number } {
  const middle = Math.floor(n / 2)
  let [weight, below, upTo, at] = [1, 0, 0, 0]
  for (let i = middle; i >= 0; i--) {
    if (i < middle) weight *= (i + 1) / (n - i)
    below += weight
    if (i === k) at = weight
    if (i <= k) upTo += weight
  }
  // The other half mirrors this one; of an even n the middle stands in both.
  const all = n % 2 === 1 ? 2 * below : 2 * below - 1
  return { upTo: upTo / all, at: at / all }
}
