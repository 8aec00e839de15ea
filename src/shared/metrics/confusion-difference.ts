import { LabError } from '../errors'
import { classReport, normaliseConfusion, type ClassQuality, type Confusion } from './confusion'

/** What is subtracted: images, or shares of each true class. */
export const differenceMeasures = ['count', 'row'] as const
export type DifferenceMeasure = (typeof differenceMeasures)[number]

/**
 * Cell by cell, a − b.
 * @returns float64 [K, K], row = true class; images, or shares −1 … 1
 * @throws LabError 'bad-input' when they have different numbers of classes
 */
export function confusionDifference(a: Confusion, b: Confusion, measure: DifferenceMeasure): Float64Array<ArrayBuffer> {
  if (a.classes !== b.classes) throw unlike(a, b)
  const of = (confusion: Confusion) => (measure === 'row' ? normaliseConfusion(confusion, 'row') : confusion.counts)
  const [first, second] = [of(a), of(b)]
  return Float64Array.from(first, (value, cell) => value - second[cell]!)
}

/** One class's quality in both, and the difference a − b of each measure. */
export interface ClassDifference {
  readonly class: number
  readonly a: ClassQuality
  readonly b: ClassQuality
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

/**
 * Differences of precision, recall and F1, by class number.
 * @throws LabError 'bad-input' when they have different numbers of classes
 */
export function classDifferences(a: Confusion, b: Confusion): ClassDifference[] {
  if (a.classes !== b.classes) throw unlike(a, b)
  const others = classReport(b).classes
  return classReport(a).classes.map((one, i) => {
    const other = others[i]!
    return {
      ...{ class: one.class, a: one, b: other },
      precision: one.precision - other.precision,
      recall: one.recall - other.recall,
      f1: one.f1 - other.f1,
    }
  })
}

const unlike = (a: Confusion, b: Confusion): LabError =>
  new LabError('bad-input', `A matrix of ${a.classes} classes cannot be compared with one of ${b.classes}.`)
