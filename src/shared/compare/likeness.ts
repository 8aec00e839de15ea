import type { Configuration } from '../experiment/configuration'

/** What must be alike for a comparison to be fair. */
export interface Comparable {
  readonly run: {
    readonly name: string
    readonly state: string
    readonly epochs: number
    readonly epochsAsked: number
    readonly best: { readonly part: string } | null
  }
  readonly configuration: Configuration
  readonly data: {
    readonly name: string
    readonly hash: string
    readonly images: Readonly<Record<string, number>>
    readonly splitSeed: number
  }
}

/** One thing in which runs are not like each other, in a line; `path` names a row of the differences, where there is one. */
export interface LikenessWarning {
  readonly kind: 'data' | 'split' | 'limit' | 'part' | 'epochs' | 'early' | 'authorMetrics'
  readonly text: string
}

type Check = (runs: readonly Comparable[]) => string | null

/** Where a comparison of these runs is not like with like; empty where it is, or of fewer than two runs. */
export function likenessWarnings(runs: readonly Comparable[]): LikenessWarning[] {
  if (runs.length < 2) return []
  return (Object.keys(checks) as LikenessWarning['kind'][]).flatMap((kind) => {
    const text = checks[kind](runs)
    return text === null ? [] : [{ kind, text }]
  })
}

const checks: Readonly<Record<LikenessWarning['kind'], Check>> = {
  data: (runs) =>
    distinct(runs, ({ data }) => data.hash) > 1
      ? `They were trained on ${distinct(runs, ({ data }) => data.hash)} different data contents (${list(runs.map(({ data }) => data.name))}): their accuracies are of other images.`
      : null,
  split: (runs) =>
    // The hash is over the parts too: equal ones are split alike, whatever seed an import was given.
    distinct(runs, ({ data }) => data.hash) > 1 && distinct(runs, splitOf) > 1
      ? `The parts of their data differ: ${list(runs.map(splitWords))}.`
      : null,
  limit: (runs) =>
    distinct(runs, ({ configuration }) => configuration.training.trainLimit) > 1
      ? `Some were trained on a part of the training images only: ${list(runs.map(limitWords))}.`
      : null,
  part: (runs) => {
    const parts = new Set(runs.flatMap(({ run }) => run.best?.part ?? []))
    return parts.size > 1
      ? 'Best epochs were chosen on validation for some runs and on test for others; the latter look too good.'
      : null
  },
  epochs: (runs) =>
    distinct(runs, ({ configuration }) => configuration.training.epochs) > 1
      ? `They were to train for different numbers of epochs: ${list(runs.map(({ configuration }) => String(configuration.training.epochs)))}.`
      : null,
  early: (runs) => {
    const early = runs.filter(({ run }) => run.state !== 'finished' && run.epochs < run.epochsAsked)
    if (early.length === 0) return null
    const named = early.map(({ run }) => `${run.name} (${run.state}, ${run.epochs} of ${run.epochsAsked} epochs)`)
    return `Not at their end: ${list(named)}.`
  },
  authorMetrics: (runs) =>
    distinct(runs, ({ configuration }) => configuration.training.authorMetrics) > 1
      ? 'Some measured the author’s extra pass after each update and others did not: only the former have a loss and train accuracy of it.'
      : null,
}

const splitOf = ({ data: { images, splitSeed } }: Comparable): string => JSON.stringify([images, splitSeed])
const splitWords = ({ data: { images, splitSeed } }: Comparable): string =>
  `${images['train']} + ${images['validation']} + ${images['test']} images (train, validation, test; split seed ${splitSeed})`
const limitWords = ({ configuration: { training }, data }: Comparable): string =>
  training.trainLimit === null ? 'all' : `the first ${training.trainLimit} of ${data.images['train']}`

const distinct = <Item>(runs: readonly Item[], of: (run: Item) => unknown): number => new Set(runs.map(of)).size

/** Most that a line names. */
const MOST_NAMED = 4

/** Different things of a list in words. */
function list(items: readonly string[]): string {
  const named = [...new Set(items)]
  const more = named.length - MOST_NAMED
  return more > 0 ? `${named.slice(0, MOST_NAMED).join(', ')} and ${more} more` : named.join(', ')
}
