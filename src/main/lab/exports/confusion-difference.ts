import { normaliseConfusion, type Confusion } from '../../../shared/metrics/confusion'
import { lastConfusion, type RunExport } from './data'
import type { Cell } from './files/csv'
import type { CsvTable } from './files/run-tables'

/** Two runs' matrices after their last evaluated epochs, or why the one cannot be taken from the other. */
export type SubtractedMatrices =
  | { readonly runs: readonly [RunExport, RunExport]; readonly matrices: readonly [Confusion, Confusion] }
  | { readonly missing: string }

/** The matrices of exactly two runs on the same classes. */
export function subtractedMatrices(runs: readonly RunExport[]): SubtractedMatrices {
  const [a, b] = runs
  if (!a || !b || runs.length > 2) return { missing: 'one matrix less another takes two runs' }
  if (JSON.stringify(a.dataSet.classes) !== JSON.stringify(b.dataSet.classes))
    return { missing: 'the runs tell other classes apart' }
  const [first, second] = [lastConfusion(a), lastConfusion(b)]
  if (!first || !second) return { missing: 'the test part of one was never evaluated' }
  return { runs: [a, b], matrices: [first.confusion, second.confusion] }
}

/** Every cell: images in both runs, and their shares of the true class. Shares to nine digits: counts give them exactly. */
export function differenceTable([a, b]: readonly [Confusion, Confusion], classes: readonly string[]): CsvTable {
  const [x, y] = [normaliseConfusion(a, 'row'), normaliseConfusion(b, 'row')]
  const share = (value: number): number => Number(value.toPrecision(9))
  const k = classes.length
  const rows = Array.from(x, (_, at): Cell[] => [
    classes[Math.floor(at / k)]!,
    classes[at % k]!,
    a.counts[at]!,
    b.counts[at]!,
    share(x[at]!),
    share(y[at]!),
    share(x[at]! - y[at]!),
  ])
  return { head: ['true', 'predicted', 'count_a', 'count_b', 'share_a', 'share_b', 'share_difference'], rows }
}
