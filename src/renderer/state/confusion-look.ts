import { confusionMeasures, type ConfusionMeasure } from '../../shared/charts/confusion-shades'
import { partNames, type PartName } from '../../shared/data/dataset'
import { classOrders, type ClassOrder } from '../../shared/metrics/confusion-order'

/** Under which it is kept. */
export const CONFUSION_KEY = 'run.confusion'

/** How confusion matrices of runs are looked at; kept over a restart. */
export interface ConfusionLook {
  readonly part: PartName
  readonly measure: ConfusionMeasure
  readonly order: ClassOrder
  /** The diagonal stands back. */
  readonly dimmed: boolean
  /** Pairs of classes are counted both ways in one. */
  readonly mutual: boolean
}

export const defaultConfusionLook: ConfusionLook = {
  ...{ part: 'test', measure: 'count', order: 'label' },
  ...{ dimmed: false, mutual: false },
}

/** Reads a kept look; what is not valid has its default. */
export function readConfusionLook(kept: unknown): ConfusionLook {
  const look = typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {}
  return {
    part: partNames.find((part) => part === look['part']) ?? defaultConfusionLook.part,
    measure: confusionMeasures.find((measure) => measure === look['measure']) ?? defaultConfusionLook.measure,
    order: classOrders.find((order) => order === look['order']) ?? defaultConfusionLook.order,
    ...{ dimmed: look['dimmed'] === true, mutual: look['mutual'] === true },
  }
}

/** True and predicted classes of a block of the matrix. */
export interface ConfusionBlock {
  readonly truth: readonly number[]
  readonly predicted: readonly number[]
}

/**
 * The block between two cells.
 * @param cell row-major by class number, as is `corner`
 * @param order class at each place
 */
export function blockBetween(cell: number, corner: number, order: readonly number[]): ConfusionBlock {
  const k = order.length
  const between = (a: number, b: number): number[] => {
    const [from, to] = [order.indexOf(a), order.indexOf(b)]
    return order.slice(Math.min(from, to), Math.max(from, to) + 1)
  }
  return {
    truth: between(Math.floor(cell / k), Math.floor(corner / k)),
    predicted: between(cell % k, corner % k),
  }
}
