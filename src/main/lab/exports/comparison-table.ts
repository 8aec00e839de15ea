import { formatCount, formatDuration, formatPercent, NO_VALUE } from '../../../shared/charts/format'
import type { Cell } from './files/csv'
import type { TextTable } from './files/markup'
import type { CsvTable } from './files/run-tables'
import type { RunSummary } from './summary'

/** The table of runs as people read it: the same for PNG, Markdown, LaTeX and the terminal. */
export function comparisonTable(summaries: readonly RunSummary[]): TextTable {
  const head = [
    'run',
    'parameters',
    'train',
    'test, last',
    'test, best',
    'at epoch',
    'chosen',
    'epochs',
    'time per epoch',
  ]
  const rows = summaries.map(({ best, ...run }) => [
    run.name,
    formatCount(run.parameters),
    `${formatPercent(run.trainAccuracy)}${run.trainMeasured === 'evaluation' ? ' *' : ''}`,
    formatPercent(run.testAccuracy),
    formatPercent(best?.accuracy),
    best ? String(best.epoch) : NO_VALUE,
    best?.chosen ?? NO_VALUE,
    String(run.epochs),
    formatDuration(run.epochSeconds),
  ])
  return { head, align: head.map((name) => (name === 'run' || name === 'chosen' ? 'left' : 'right')), rows }
}

/** What the numbers mean. */
export function comparisonNotes(summaries: readonly RunSummary[]): string[] {
  const notes = ['time: median of the epochs, training alone.']
  const measured = new Set(summaries.map(({ trainMeasured }) => trainMeasured))
  if (measured.has('training')) notes.push('train: mean over the last epoch’s batches, before each update.')
  if (measured.has('evaluation')) notes.push('train *: evaluated after the last epoch.')
  return notes
}

/** The same numbers unrounded. */
export function comparisonCsv(summaries: readonly RunSummary[]): CsvTable {
  const head = [
    'run',
    'run_id',
    'parameters',
    'epochs',
    'train_accuracy',
    'train_measured',
    'test_accuracy_last',
    'test_accuracy_best',
    'best_epoch',
    'best_chosen',
    'seconds_per_epoch',
  ]
  const rows = summaries.map((run): Cell[] => [
    run.name,
    run.id,
    run.parameters,
    run.epochs,
    run.trainAccuracy,
    run.trainMeasured,
    run.testAccuracy,
    run.best?.accuracy ?? null,
    run.best?.epoch ?? null,
    run.best?.chosen ?? null,
    run.epochSeconds,
  ])
  return { head, rows }
}
