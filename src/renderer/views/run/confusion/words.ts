import type { ConfusionMeasure } from '../../../../shared/charts/confusion-shades'
import { formatCount, formatPercent } from '../../../../shared/charts/format'
import type { Confusion } from '../../../../shared/metrics/confusion'
import type { ConfusionBlock } from '../../../state/confusion-look'

export const measureNames: Readonly<Record<ConfusionMeasure, string>> = {
  count: 'Images',
  row: 'Share of true class',
  column: 'Share of predicted class',
  total: 'Share of all images',
}

/** A value in a measure with its unit. */
export const valueText = (value: number, measure: ConfusionMeasure): string =>
  measure === 'count' ? formatCount(value) : formatPercent(value)

/** As it stands on a cell: without unit, and nothing for 0. */
export function cellText(value: number, measure: ConfusionMeasure): string {
  if (value === 0) return ''
  if (measure === 'count') return formatCount(value)
  return value < 0.0005 ? '<0.1' : (100 * value).toFixed(value >= 0.0995 ? 0 : 1)
}

/** A cell read out: "true dog, predicted cat, 171 images, 17.1 % of true dog, published 150". */
export function cellWords(
  cell: number,
  classes: readonly string[],
  confusion: Confusion,
  published: Confusion | null,
): string {
  const k = classes.length
  const [truth, predicted] = [classes[Math.floor(cell / k)], classes[cell % k]]
  const count = confusion.counts[cell]!
  const row = confusion.counts.subarray(cell - (cell % k), cell - (cell % k) + k)
  const support = row.reduce((sum, images) => sum + images, 0)
  return [
    `true ${truth}`,
    `predicted ${predicted}`,
    `${formatCount(count)} ${count === 1 ? 'image' : 'images'}`,
    ...(support > 0 ? [`${formatPercent(count / support)} of true ${truth}`] : []),
    ...(published ? [`published ${formatCount(published.counts[cell])}`] : []),
  ].join(', ')
}

/** Names as a list; of many only how many. */
const listed = (labels: readonly number[], classes: readonly string[]): string =>
  labels.length === classes.length
    ? 'any'
    : labels.length > 3
      ? `any of ${labels.length} classes`
      : labels.map((label) => classes[label]).join(' or ')

/** A block read out: "true dog or cat, predicted any, 2 000 images". */
export function blockWords(
  { truth, predicted }: ConfusionBlock,
  classes: readonly string[],
  { counts }: Confusion,
): string {
  const images = truth.reduce((sum, t) => predicted.reduce((row, p) => row + counts[t * classes.length + p]!, sum), 0)
  return `true ${listed(truth, classes)}, predicted ${listed(predicted, classes)}, ${formatCount(images)} ${images === 1 ? 'image' : 'images'}`
}
