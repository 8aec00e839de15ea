import { formatCount } from '../charts/format'
import type { DifferenceMeasure } from '../metrics/confusion-difference'

/** A difference with its sign: +12 images, −3.4 percentage points; nothing is 0. */
export function signed(value: number, measure: DifferenceMeasure): string {
  const size = Math.abs(value)
  const text = measure === 'count' ? formatCount(size) : (100 * size).toFixed(1)
  return `${Number(size === 0 ? 0 : text.replace(/\u2009/g, '')) === 0 ? '' : value < 0 ? '−' : '+'}${text}`
}

/** What the numbers are. */
export const measureUnit: Readonly<Record<DifferenceMeasure, string>> = {
  count: 'images',
  row: 'percentage points of the true class',
}
