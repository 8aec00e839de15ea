import { formatCount, formatPercent } from '../../../../shared/charts/format'
import type { SegmentScoresView } from '../../../../shared/contract/inside'

/** One segment over the images scored so far. */
export interface ScoreRow {
  /** From 1. */
  readonly segment: number
  readonly accuracy: number
  /** Standard error of the accuracy, as of so many images drawn at random; 0 once all are scored. */
  readonly error: number
  readonly loss: number | null
}

/** Accuracy after each segment; the error is that of a share in a finite population: √(p(1−p)/n · (N−n)/(N−1)). */
export function scoreRows({ segments, scored, images }: SegmentScoresView): ScoreRow[] {
  const left = images > 1 ? (images - scored) / (images - 1) : 0
  return segments.map(({ correct, loss }, i) => {
    const accuracy = correct / scored
    return { segment: i + 1, accuracy, error: Math.sqrt(((accuracy * (1 - accuracy)) / scored) * left), loss }
  })
}

/** The chart in a sentence. */
export function scoresSummary(scores: SegmentScoresView): string {
  const rows = scoreRows(scores)
  const best = rows.reduce((best, row) => (row.accuracy > best.accuracy ? row : best))
  const at = (segment: number): string => `${formatPercent(rows[segment - 1]?.accuracy)} after segment ${segment}`
  const last = rows.length
  return `Over ${formatCount(scores.scored)} test images: ${at(1)}, ${at(scores.evaluated)} (as evaluated), ${at(last)}; best ${at(best.segment)}.`
}
