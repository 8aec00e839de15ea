import { normaliseConfusion, type Confusion } from '../metrics/confusion'
import { sequentialColor, type Theme } from './theme'

/** What a cell says: images, or their share of the true class, of the predicted class, or of all. */
export const confusionMeasures = ['count', 'row', 'column', 'total'] as const
/** See {@link confusionMeasures}. */
export type ConfusionMeasure = (typeof confusionMeasures)[number]

/** Colours of the ramp; one more stands for a diagonal that stands back. */
const RAMP = 255

/** The sequential map from nothing to the most, and behind it the gray of a dimmed diagonal. '#rrggbb' each. */
export const confusionPalette = (theme: Theme): string[] => [
  ...Array.from({ length: RAMP }, (_, step) => sequentialColor(theme, step / (RAMP - 1))),
  theme.stripe,
]

/** Every cell in a measure. @returns float64 [K · K] */
export const confusionValues = (confusion: Confusion, measure: ConfusionMeasure): Float64Array =>
  measure === 'count' ? new Float64Array(confusion.counts) : normaliseConfusion(confusion, measure)

/** A matrix as it is drawn: rows and columns in one order. */
export interface DrawnConfusion {
  /** uint8 [K · K], place in {@link confusionPalette}. */
  readonly shades: Uint8Array
  /** Cell of the matrix at each drawn cell, uint32 [K · K]. */
  readonly cells: Uint32Array
  /** The value of the ramp's last colour. */
  readonly most: number
}

/**
 * Colours from 0 to the largest value; with a dimmed diagonal to the largest confusion. Only 0 has the first colour.
 * @param values float64 [K · K], row = true class
 * @param order class at each place
 */
export function drawConfusion(values: Float64Array, order: readonly number[], dimmed: boolean): DrawnConfusion {
  const k = order.length
  let most = 0
  for (let cell = 0; cell < values.length; cell++)
    if (values[cell]! > most && !(dimmed && Math.floor(cell / k) === cell % k)) most = values[cell]!
  const cells = new Uint32Array(k * k)
  const shades = new Uint8Array(k * k)
  for (let row = 0; row < k; row++)
    for (let column = 0; column < k; column++) {
      const at = row * k + column
      const cell = order[row]! * k + order[column]!
      cells[at] = cell
      shades[at] = dimmed && row === column ? RAMP : shadeOf(values[cell]!, most)
    }
  return { shades, cells, most }
}

const shadeOf = (value: number, most: number): number =>
  value === 0 || most === 0 ? 0 : Math.max(1, Math.round((value / most) * (RAMP - 1)))
