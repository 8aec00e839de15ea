import { bestValue } from '../../../shared/metrics/statistics'
import { evaluationOf, type EpochExport, type RunExport } from './data'

/** What a table says of a run. Accuracies 0 … 1; null where there is no number. Epochs from 1. */
export interface RunSummary {
  readonly name: string
  readonly id: string
  readonly parameters: number
  readonly epochs: number
  readonly trainAccuracy: number | null
  /** evaluation: measured after the last epoch. training: mean of the last epoch's own batches. */
  readonly trainMeasured: 'evaluation' | 'training'
  readonly testAccuracy: number | null
  /** Test accuracy of the chosen epoch. */
  readonly best: { readonly accuracy: number; readonly epoch: number; readonly chosen: BestLabel } | null
  /** Median, so that one slow epoch does not count. */
  readonly epochSeconds: number | null
}

/** How the best epoch was chosen; the second looks at the test images and says so. */
export type BestLabel = 'best on validation' | 'best on test'

/** Sums a run up for tables. */
export function summarise(run: RunExport): RunSummary {
  const last = run.epochs.at(-1)
  const evaluatedTrain = evaluationOf(last, 'train')
  return {
    name: run.name,
    id: run.id,
    parameters: run.parameters,
    epochs: run.epochs.length,
    trainAccuracy: evaluatedTrain?.accuracy ?? last?.trainAccuracy ?? null,
    trainMeasured: evaluatedTrain ? 'evaluation' : 'training',
    testAccuracy: evaluationOf(last, 'test')?.accuracy ?? null,
    best: bestEpoch(run.epochs),
    epochSeconds: median(run.epochs.map((epoch) => epoch.trainSeconds)),
  }
}

/** The epoch with the best validation accuracy where there is a validation part, else with the best test accuracy. */
export function bestEpoch(epochs: readonly EpochExport[]): RunSummary['best'] {
  const accuracies = (part: 'validation' | 'test') =>
    epochs.flatMap((epoch) => {
      const evaluation = evaluationOf(epoch, part)
      return evaluation ? [{ epoch: epoch.epoch, value: evaluation.accuracy }] : []
    })
  const onValidation = bestValue(accuracies('validation'), 'max')
  const chosen = onValidation ?? bestValue(accuracies('test'), 'max')
  const test = evaluationOf(
    epochs.find(({ epoch }) => epoch === chosen?.epoch),
    'test',
  )
  if (!chosen || !test) return null
  return {
    accuracy: test.accuracy,
    epoch: chosen.epoch + 1,
    chosen: onValidation ? 'best on validation' : 'best on test',
  }
}

/** Middle value; the mean of the two middle ones of an even number; null of none. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return null
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}
