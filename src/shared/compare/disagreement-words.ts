import { formatCount, formatPercent } from '../charts/format'
import type { DisagreementView, SeedTest, TestedRunView } from '../contract/disagreement'
import type { McNemar } from '../statistics/mcnemar'

/** Two runs as a sentence calls them. */
export type PairNames = readonly [a: string, b: string]
export const pairNames: PairNames = ['A', 'B']

const images = (count: number): string => `${formatCount(count)} ${count === 1 ? 'image' : 'images'}`

/** A probability as people say it: 12 %, 0.3 %, fewer than 0.01 %. */
export function chanceWords(p: number): string {
  if (p < 1e-4) return 'fewer than 0.01 %'
  const percent = 100 * p
  return `${percent >= 10 ? percent.toFixed(0) : Number(percent.toPrecision(percent < 1 ? 1 : 2))} %`
}

/** A p value for those who read it: p = 0.034, p = 1.2e-5, p < 1e-300. */
export function probabilityText(p: number): string {
  if (p < 1e-300) return 'p\u00a0<\u00a01e-300'
  return `p\u00a0=\u00a0${p < 1e-3 ? p.toExponential(1) : Number(p.toPrecision(3))}`
}

/** A difference of accuracies 0 … 1 in percentage points, with its sign. */
export function pointsText(difference: number, decimals = 2): string {
  const text = Math.abs(100 * difference).toFixed(decimals)
  return `${Number(text) === 0 ? '' : difference < 0 ? '−' : '+'}${text}`
}

/** What McNemar's test says of two runs. */
export function mcNemarSentence({ onlyA, onlyB, n, p }: McNemar, [a, b]: PairNames = pairNames): string {
  if (n === 0) return `${a} and ${b} are right and wrong on the very same images: there is nothing to test.`
  if (onlyA === onlyB)
    return `${a} and ${b} each err on ${images(onlyA)} that the other gets right: no difference (exact McNemar test, n\u00a0=\u00a0${formatCount(n)}).`
  const [worse, better, more, fewer] = onlyB > onlyA ? [b, a, onlyB, onlyA] : [a, b, onlyA, onlyB]
  return (
    `${worse} errs on ${images(more)} that ${better} gets right, ${better} on ${formatCount(fewer)} that ${worse} gets right: ` +
    `were both equally good, a difference this large would come by chance in ${chanceWords(p)} of cases ` +
    `(exact McNemar test, n\u00a0=\u00a0${formatCount(n)}, ${probabilityText(p)}).`
  )
}

/** What the seeds say of two runs' groups; and what cannot be said. */
export function seedSentence(seeds: SeedTest, [a, b]: PairNames = pairNames): string {
  const { pairs, test } = seeds
  if (seeds.sameGroup)
    return `${a} and ${b} differ by their seed alone: this is how far two trainings of one configuration lie apart.`
  if (!test) return notRepeated(seeds, [a, b])
  if (test.t === null || test.p === null)
    return `With each of ${pairs.length} seeds ${a} − ${b} is the same ${pointsText(test.mean)} percentage points: without any spread there is nothing to test.`
  const better = test.mean >= 0
  const [low, high] = better ? [test.low, test.high] : [-test.high, -test.low]
  return (
    `Over ${pairs.length} seeds ${better ? a : b} is right on ${Math.abs(100 * test.mean).toFixed(2)} percentage points more images than ${better ? b : a} ` +
    `(95 % interval of the mean difference: ${pointsText(low)} to ${pointsText(high)}): ` +
    `were both equally good, this would come by chance in ${chanceWords(test.p)} of cases ` +
    `(paired t test, t\u00a0=\u00a0${(better ? test.t : -test.t).toFixed(2)}, df\u00a0=\u00a0${test.df}, ${probabilityText(test.p)}).`
  )
}

function notRepeated({ a, b, pairs }: SeedTest, [nameA, nameB]: PairNames): string {
  const only = pairs[0]
  const why =
    a.runs === 1 && b.runs === 1
      ? 'Seeds were not repeated (n\u00a0=\u00a01 each)'
      : only
        ? `Only seed ${only.seed} was trained with both (n\u00a0=\u00a01)`
        : `No seed was trained with both (n\u00a0=\u00a0${a.runs} and ${b.runs})`
  return `${why}: whether ${nameA} and ${nameB} would differ so in another training cannot be said. Train both with the same several seeds, and compare them all.`
}

/** Where the choice of epochs makes accuracies look too good; null where it does not. */
export function chosenNote(runs: readonly Pick<TestedRunView, 'chosen'>[], part: string): string | null {
  const chosenHere = runs.some(({ chosen }) => chosen === (part === 'test' ? 'best on test' : 'best on validation'))
  return chosenHere
    ? `The best epochs were chosen on these very ${part} images: on new ones the accuracies would be a little lower, and the test is a little too sure.`
    : null
}

/** How far two runs agree, right or wrong. */
export function agreementSentence(
  { same, kappa }: NonNullable<DisagreementView['pair']>,
  total: number,
  [a, b]: PairNames = pairNames,
): string {
  const share = total === 0 ? null : same / total
  return `${a} and ${b} give the same class for ${formatPercent(share)} of the images${kappa === null ? '' : ` (Cohen’s κ\u00a0=\u00a0${kappa.toFixed(3)})`}.`
}
