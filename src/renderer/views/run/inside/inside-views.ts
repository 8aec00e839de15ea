import { formatPercent } from '../../../../shared/charts/format'
import type { ClassMapView, RecurrenceView } from '../../../../shared/contract/inside'

/** Numbers over the cells of an image, row by row. */
export interface Grid {
  readonly rows: number
  readonly columns: number
  readonly values: readonly number[]
}

/** Which attention is shown; segment, layer and head from 0, head null: the mean over heads. */
export interface AttentionChoice {
  readonly segment: number
  readonly module: 'low' | 'high'
  readonly layer: number
  readonly head: number | null
}

/** CLS attention as chosen: what it gives to itself, and to the image's cells; together 1. */
export function attentionGrid(view: RecurrenceView, choice: AttentionChoice): { itself: number; grid: Grid } {
  const { layers, heads, rows, columns } = view.shape
  const tokens = 1 + rows * columns
  const block = ((choice.segment * 2 + (choice.module === 'low' ? 0 : 1)) * layers + choice.layer) * heads
  const chosen = choice.head === null ? Array.from({ length: heads }, (_, head) => head) : [choice.head]
  const weights = Array.from({ length: tokens }, (_, token) => {
    const sum = chosen.reduce((sum, head) => sum + (view.attention[(block + head) * tokens + token] ?? 0), 0)
    return sum / chosen.length
  })
  return { itself: weights[0]!, grid: { rows, columns, values: weights.slice(1) } }
}

/** The map of one class. */
export function classMapGrid({ rows, columns, maps }: ClassMapView, k: number): Grid {
  const values = maps.slice(k * rows * columns, (k + 1) * rows * columns).map((value) => value ?? 0)
  return { rows, columns, values }
}

/** Place of the largest value. */
export const largestAt = (values: readonly number[]): number =>
  values.reduce((best, value, at) => (value > values[best]! ? at : best), 0)

/** A cell as people count: row 3, column 4. */
export const cellWords = ({ columns }: Grid, at: number): string =>
  `row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1}`

/** Probabilities [segments] of one class. */
export const probabilitiesOf = (view: RecurrenceView, k: number): number[] =>
  Array.from({ length: view.segments }, (_, segment) => view.probabilities[segment * view.classes + k] ?? 0)

/** The class that is most probable after a segment, from 0. */
export function predictedAfter(view: RecurrenceView, segment: number): number {
  const from = segment * view.classes
  return largestAt(view.probabilities.slice(from, from + view.classes).map((p) => p ?? 0))
}

/** Classes worth a row: the true one, then those that were ever most probable, so many at most. */
export function shownClasses(view: RecurrenceView, label: number, most: number): number[] {
  const peaks = Array.from({ length: view.classes }, (_, k) => Math.max(...probabilitiesOf(view, k)))
  const others = peaks.map((_, k) => k).filter((k) => k !== label)
  others.sort((a, b) => peaks[b]! - peaks[a]!)
  return [label, ...others.slice(0, most - 1)]
}

/** The way to the answer in one or two sentences. */
export function probabilitySummary(view: RecurrenceView, label: number, names: readonly string[]): string {
  const says = (segment: number): string => {
    const k = predictedAfter(view, segment)
    const right = k === label ? 'right' : 'wrong'
    return `${names[k]} (${formatPercent(probabilitiesOf(view, k)[segment])}, ${right})`
  }
  const changes: string[] = []
  for (let segment = 1; segment < view.segments; segment++)
    if (predictedAfter(view, segment) !== predictedAfter(view, segment - 1))
      changes.push(`from segment ${segment + 1} on ${says(segment)}`)
  const way = changes.length === 0 ? 'it stays so to the last' : changes.join(', ')
  return `True class ${names[label]}. After segment 1 the answer is ${says(0)}; ${way}.`
}

/** Where each step of a module lies on an axis of segments: step t of a segment's n ends at t/n. */
export const stepPlaces = (segments: number, steps: number): number[] =>
  Array.from({ length: segments * steps }, (_, i) => (i + 1) / steps)

/** Whether the states come to rest, in a sentence. */
export function movesSummary({ moves }: RecurrenceView): string {
  const words = (name: string, values: readonly (number | null)[]): string =>
    `${name} moves by ${formatPercent(values[0])} in its first step and by ${formatPercent(values.at(-1))} in its last`
  return `${words('z_L', moves.low)}; ${words('z_H', moves.high)}.`
}

/** How a segment of M segments stands to what the run does: trained, evaluated, both or neither. */
export function segmentRole(segment: number, trained: number, evaluated: number): string | null {
  const [isTrained, isEvaluated] = [segment === trained, segment === evaluated]
  if (isTrained && isEvaluated) return 'trained and evaluated'
  return isTrained ? 'trained' : isEvaluated ? 'evaluated' : null
}

/** Both segments of note as marks on an axis. */
export function segmentMarks(trained: number, evaluated: number): { x: number; label: string }[] {
  return [...new Set([trained, evaluated])].map((x) => ({ x, label: segmentRole(x, trained, evaluated)! }))
}
