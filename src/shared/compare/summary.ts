import type { PartName } from '../data/dataset'
import { bestValue } from '../metrics/statistics'

/** What was measured of an ended epoch, counted from 1. null or NaN: there is no number. */
export interface MeasuredEpoch {
  readonly epoch: number
  readonly trainAccuracy: number | null
  /** Training alone. */
  readonly trainSeconds: number
  readonly evaluations: readonly { readonly part: PartName; readonly accuracy: number | null }[]
}

/** How the best epoch was chosen; the second looks at the test images and says so. */
export type BestLabel = 'best on validation' | 'best on test'

/** What a table says of a run's epochs. Accuracies 0 … 1; null where there is no number. */
export interface EpochsSummary {
  readonly epochs: number
  readonly trainAccuracy: number | null
  /** evaluation: measured after the last epoch. training: mean of the last epoch's own batches. */
  readonly trainMeasured: 'evaluation' | 'training'
  /** After the last epoch. */
  readonly testAccuracy: number | null
  /** Test accuracy of the chosen epoch. */
  readonly best: { readonly accuracy: number; readonly epoch: number; readonly chosen: BestLabel } | null
  /** Median, so that one slow epoch does not count. */
  readonly epochSeconds: number | null
}

/** Accuracy on a part after an epoch; null where it was not measured. */
export function accuracyOn(epoch: MeasuredEpoch | undefined, part: PartName): number | null {
  return epoch?.evaluations.find((evaluation) => evaluation.part === part)?.accuracy ?? null
}

/** Sums ended epochs up, in order. */
export function summariseEpochs(epochs: readonly MeasuredEpoch[]): EpochsSummary {
  const last = epochs.at(-1)
  const evaluatedTrain = last?.evaluations.some(({ part }) => part === 'train') ?? false
  return {
    epochs: epochs.length,
    trainAccuracy: (evaluatedTrain ? accuracyOn(last, 'train') : null) ?? last?.trainAccuracy ?? null,
    trainMeasured: evaluatedTrain ? 'evaluation' : 'training',
    testAccuracy: accuracyOn(last, 'test'),
    best: bestEpoch(epochs),
    epochSeconds: median(epochs.map((epoch) => epoch.trainSeconds)),
  }
}

/** The epoch with the best validation accuracy where there is a validation part, else with the best test accuracy. */
export function bestEpoch(epochs: readonly MeasuredEpoch[]): EpochsSummary['best'] {
  const accuracies = (part: PartName) =>
    epochs.flatMap((epoch) => {
      const value = accuracyOn(epoch, part)
      return value === null ? [] : [{ epoch: epoch.epoch, value }]
    })
  const onValidation = bestValue(accuracies('validation'), 'max')
  const chosen = onValidation ?? bestValue(accuracies('test'), 'max')
  const accuracy = accuracyOn(
    epochs.find(({ epoch }) => epoch === chosen?.epoch),
    'test',
  )
  if (!chosen || accuracy === null) return null
  return { accuracy, epoch: chosen.epoch, chosen: onValidation ? 'best on validation' : 'best on test' }
}

/** Middle value; the mean of the two middle ones of an even number; null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return null
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
