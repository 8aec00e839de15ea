import type { EpochChoice } from '../../shared/contract/disagreement'
import { epochChoices } from '../../shared/contract/disagreement'
import type { RunView } from '../../shared/contract/runs'
import { partNames, type PartName } from '../../shared/data/dataset'
import { differenceMeasures, type DifferenceMeasure } from '../../shared/metrics/confusion-difference'

/** Under which the choice is kept. */
export const DISAGREEMENT_KEY = 'compare.pair'

/** Which of the compared runs are set against each other, and how; kept over a restart. */
export interface PairLook {
  /** Ids; null: the first that fit. */
  readonly a: string | null
  readonly b: string | null
  /** All runs on the first one's data in place of two. */
  readonly all: boolean
  readonly part: PartName
  readonly epoch: EpochChoice
  readonly measure: DifferenceMeasure
}

export const defaultPairLook: PairLook = { a: null, b: null, all: false, part: 'test', epoch: 'last', measure: 'count' }

/** Reads a kept choice; what is not valid has its default. */
export function readPairLook(kept: unknown): PairLook {
  const look = typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {}
  const id = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
  return {
    ...{ a: id(look['a']), b: id(look['b']), all: look['all'] === true },
    part: partNames.find((part) => part === look['part']) ?? defaultPairLook.part,
    epoch: epochChoices.find((epoch) => epoch === look['epoch']) ?? defaultPairLook.epoch,
    measure: differenceMeasures.find((measure) => measure === look['measure']) ?? defaultPairLook.measure,
  }
}

/** Two runs that are set against each other. */
export interface RunPair {
  readonly a: RunView
  readonly b: RunView
}

const evaluated = ({ epochs }: RunView): boolean => epochs > 0

/** The runs chosen, as far as they are still compared; else the first that were evaluated on the same data. null of fewer than two. */
export function pairOf({ a, b }: PairLook, runs: readonly RunView[]): RunPair | null {
  const chosen = (id: string | null): RunView | undefined => runs.find((run) => run.id === id)
  const first = chosen(a) ?? runs.find((run) => evaluated(run) && run.id !== b) ?? runs.find(({ id }) => id !== b)
  if (!first) return null
  const others = runs.filter((run) => run !== first)
  const second =
    others.find(({ id }) => id === b) ??
    others.find((run) => evaluated(run) && run.dataSet === first.dataSet) ??
    others.find(evaluated) ??
    others[0]
  return second ? { a: first, b: second } : null
}

/** The runs that can be set beside a run image by image. */
export const fittingRuns = (run: RunView, runs: readonly RunView[]): RunView[] =>
  runs.filter((other) => other.dataSet === run.dataSet && evaluated(other))

/** A pattern of errors in words: who of the runs is wrong. */
export function patternTitle(wrong: string, names: readonly string[]): string {
  const errs = [...wrong].flatMap((sign, i) => (sign === '1' ? names[i]! : []))
  const rights = [...wrong].flatMap((sign, i) => (sign === '0' ? names[i]! : []))
  const everyone = names.length === 2 ? 'Both' : 'All'
  if (errs.length === 0) return `${everyone} right`
  if (rights.length === 0) return `${everyone} wrong`
  if (errs.length === 1) return `Only ${errs[0]} wrong`
  if (rights.length === 1) return `Only ${rights[0]} right`
  return errs.length === 2 ? `${errs.join(' and ')} wrong` : `${errs.length} of ${names.length} wrong`
}

/** A run as a list names it; two runs may have one name. */
export const runTitle = ({ name, number }: Pick<RunView, 'name' | 'number'>): string => `${name} #${number}`
