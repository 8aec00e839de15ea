/** The comparison as tables for a terminal. */
import { table } from '../../src/main/cli/output/table'
import { formatBytes, formatPercent } from '../../src/shared/charts/format'
import { DISTURBED } from './machine'
import { medianMs, ours, speedOver, spreadMs, type Timing, type Verdict } from './marks'
import type { Entry } from './rounds'

/** One preset's numbers. */
export interface Comparison {
  readonly preset: string
  readonly batch: number
  readonly entries: readonly Entry[]
  /** GFLOP/s of matrix products before and after. */
  readonly matrixGflops: readonly [before: number, after: number]
  /** GFLOP/s of each contender over the mean of those, in the order of `entries`. */
  readonly shares: readonly number[]
  readonly verdicts: readonly Verdict[]
}

/** The largest share of the machine that others had; null where unknown. */
const mostDisturbed = ({ others }: Entry): number | null => {
  const known = others.filter((share) => share !== null)
  return known.length === 0 ? null : Math.max(...known)
}

/** One preset: a line for each contender, the marks, and warnings. */
export function comparisonText(comparison: Comparison): string {
  const { preset, batch, entries, matrixGflops, verdicts } = comparison
  const rates = matrixGflops.map((rate) => rate.toFixed(0)).join(' – ')
  const head = `${preset}, batch ${batch}, float32 matrix products ${rates} GFLOP/s`
  const judged =
    verdicts.length === 0 ? ['no marks for this preset'] : verdicts.map(({ mark, text }) => `${mark}: ${text}`)
  return [head, contendersTable(comparison), ...judged, ...entries.flatMap(warning)].join('\n')
}

function contendersTable({ entries, shares }: Comparison): string {
  const torch = entries.find(({ contender }) => contender === 'torch')
  const over = (entry: Timing): string => (torch ? speedOver(entry, torch).toFixed(2) : '–')
  return table(
    [
      { head: 'contender' },
      { head: 'version' },
      { head: 'ms/batch', align: 'right' },
      { head: 'rounds', align: 'right' },
      { head: 'speed ÷ torch', align: 'right' },
      { head: 'of product', align: 'right' },
      { head: 'peak memory', align: 'right' },
      { head: 'first batch, s', align: 'right' },
    ],
    entries.map((entry, i) => [
      ours.includes(entry.contender) ? `ours, ${entry.contender}` : entry.contender,
      entry.version,
      medianMs(entry).toFixed(1),
      spreadMs(entry)
        .map((ms) => ms.toFixed(1))
        .join(' – '),
      over(entry),
      formatPercent(shares[i]!),
      formatBytes(entry.peakBytes),
      (entry.firstMs / 1000).toFixed(1),
    ]),
  )
}

function warning(entry: Entry): string[] {
  const share = mostDisturbed(entry)
  if (share === null) return [`Not known: whether something else ran beside ${entry.contender}.`]
  if (share <= DISTURBED) return []
  return [`Warning: something else had up to ${formatPercent(share)} of the machine beside ${entry.contender}.`]
}
