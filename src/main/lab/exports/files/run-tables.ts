import { classReport, confusedPairs, mutualPairs, type Confusion } from '../../../../shared/metrics/confusion'
import { evaluationOf, publishedConfusion, type PredictionExport, type RunExport } from '../data'
import { float32, type Cell } from './csv'

/** A table to be written as CSV. */
export interface CsvTable {
  readonly head: readonly string[]
  readonly rows: Iterable<readonly Cell[]>
}

/** Measures are kept to nine digits: counts give them exactly, so this loses nothing. */
const ratio = (value: number): number => Number(value.toPrecision(9))

/** One row per ended epoch, counted from 1; a part that was not evaluated is empty. */
export function epochTable(run: RunExport): CsvTable {
  const head = ['epoch', 'train_loss', 'train_accuracy', 'author_train_loss', 'author_train_accuracy']
  const parts = ['train', 'validation', 'test'] as const
  for (const part of parts) head.push(`${part}_evaluation_loss`, `${part}_evaluation_accuracy`)
  head.push('train_seconds', 'published_train_accuracy', 'published_test_accuracy')
  const rows = run.epochs.map((epoch): Cell[] => {
    const published = run.published?.epochs.find((record) => record.epoch === epoch.epoch + 1)
    return [
      epoch.epoch + 1,
      ratio(epoch.trainLoss),
      ratio(epoch.trainAccuracy),
      epoch.authorLoss === null ? null : ratio(epoch.authorLoss),
      epoch.authorAccuracy === null ? null : ratio(epoch.authorAccuracy),
      ...parts.flatMap((part) => {
        const evaluation = evaluationOf(epoch, part)
        return evaluation ? [ratio(evaluation.loss), ratio(evaluation.accuracy)] : [null, null]
      }),
      Number(epoch.trainSeconds.toFixed(3)),
      published?.train_acc ?? null,
      published?.test_acc ?? null,
    ]
  })
  return { head, rows }
}

/** Counts; row = true class, column = predicted class. The first cell of the head says so. */
export function confusionTable(confusion: Confusion, classes: readonly string[]): CsvTable {
  const k = confusion.classes
  const rows = classes.map((name, truth) => [name, ...confusion.counts.subarray(truth * k, (truth + 1) * k)])
  return { head: ['true \\ predicted', ...classes], rows }
}

/** Confused pairs, most frequent first: directed (true → predicted), then both ways added. */
export function pairTable(run: RunExport, confusion: Confusion): CsvTable {
  const { classes } = run.dataSet
  const published = publishedConfusion(run)
  const publishedCount = (truth: number, predicted: number): number | null =>
    published ? published.counts[truth * published.classes + predicted]! : null
  const directed = confusedPairs(confusion).map(({ truth, predicted, count, share }): Cell[] => [
    'directed',
    classes[truth]!,
    classes[predicted]!,
    count,
    ratio(share),
    publishedCount(truth, predicted),
  ])
  const both = mutualPairs(confusion).map(({ a, b, count, share }): Cell[] => {
    const there = published ? publishedCount(a, b)! + publishedCount(b, a)! : null
    return ['both', classes[a]!, classes[b]!, count, ratio(share), there]
  })
  const head = ['direction', 'true', 'predicted', 'count', 'share']
  const rows = [...directed, ...both]
  return published
    ? { head: [...head, 'published_count'], rows }
    : { head, rows: rows.map((row) => row.slice(0, head.length)) }
}

/** Precision, recall, F1 and support of each class; ratios over nothing are 0. */
export function classTable(confusion: Confusion, classes: readonly string[]): CsvTable {
  const rows = classReport(confusion).classes.map((row): Cell[] => [
    classes[row.class]!,
    ratio(row.precision),
    ratio(row.recall),
    ratio(row.f1),
    row.support,
    row.predicted,
  ])
  return { head: ['class', 'precision', 'recall', 'f1', 'support', 'predicted'], rows }
}

/** One row per image of the last evaluation, with every class's probability where they were kept. */
export function predictionTable(predictions: PredictionExport, classes: readonly string[]): CsvTable {
  const head = ['image', 'source', 'true', 'predicted', 'confidence', 'right']
  if (predictions.probabilities) head.push(...classes.map((name) => `probability of ${name}`))
  return { head, rows: predictionRows(predictions, classes) }
}

function* predictionRows(predictions: PredictionExport, classes: readonly string[]): Generator<Cell[]> {
  const { ids, labels, predicted, confidence, probabilities, sourceName } = predictions
  const k = classes.length
  for (let i = 0; i < ids.length; i++) {
    const row: Cell[] = [
      ids[i]!,
      sourceName(ids[i]!),
      classes[labels[i]!]!,
      classes[predicted[i]!]!,
      float32(confidence[i]!),
      labels[i] === predicted[i] ? 1 : 0,
    ]
    if (probabilities) for (let c = 0; c < k; c++) row.push(float32(probabilities[i * k + c]!))
    yield row
  }
}
