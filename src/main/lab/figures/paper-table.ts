import { formatCount, formatDuration, formatPercent, NO_VALUE } from '../../../shared/charts/format'
import { PAPER, publishedTestAccuracy, type PublishedRecord } from '../../../shared/experiment/published'
import type { RunExport } from '../exports/data'
import type { Cell } from '../exports/files/csv'
import type { TextTable } from '../exports/files/markup'
import type { CsvTable } from '../exports/files/run-tables'
import { summarise } from '../exports/summary'

/** One line of a table of the paper. */
export interface TableRow {
  readonly preset: string
  readonly run: RunExport | null
  readonly published: PublishedRecord | null
}

/** HRM beside CNN, ours beside published. What was not run has no number. */
export function paperTable(rows: readonly TableRow[]): TextTable {
  const head = ['model', 'parameters', 'epochs', 'train', 'published', 'test', 'published', 'time per epoch']
  return {
    head,
    align: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    rows: rows.map(({ preset, run, published }) => {
      const ours = run && summarise(run)
      const count = run?.parameters ?? published?.parameters
      return [
        preset,
        count === undefined ? NO_VALUE : formatCount(count),
        ours ? String(ours.epochs) : NO_VALUE,
        formatPercent(ours?.trainAccuracy),
        formatPercent(published?.epochs.at(-1)?.train_acc),
        formatPercent(ours?.testAccuracy),
        formatPercent(published && publishedTestAccuracy(published)),
        ours ? formatDuration(ours.epochSeconds) : NO_VALUE,
      ]
    }),
  }
}

/** The same numbers unrounded, with a name of its own for each column. */
export function paperTableCsv(rows: readonly TableRow[]): CsvTable {
  const head = [
    'model',
    'run_id',
    'parameters',
    'epochs',
    'train_accuracy',
    'train_accuracy_published',
    'test_accuracy',
    'test_accuracy_published',
    'seconds_per_epoch',
  ]
  return {
    head,
    rows: rows.map(({ preset, run, published }): Cell[] => {
      const ours = run && summarise(run)
      return [
        preset,
        run?.id ?? null,
        run?.parameters ?? published?.parameters ?? null,
        ours?.epochs ?? null,
        ours?.trainAccuracy ?? null,
        published?.epochs.at(-1)?.train_acc ?? null,
        ours?.testAccuracy ?? null,
        published && publishedTestAccuracy(published),
        ours?.epochSeconds ?? null,
      ]
    }),
  }
}

/** What to know when reading it. */
export function paperTableNotes(rows: readonly TableRow[]): string[] {
  const missing = rows.filter(({ run }) => run === null).map(({ preset }) => preset)
  const short = rows.filter(({ run, published }) => run && published && run.epochs.length < published.epochs.length)
  return [
    ...(missing.length > 0 ? [`Not run: ${missing.join(', ')}.`] : []),
    ...short.map(
      ({ preset, run, published }) => `${preset}: after ${run!.epochs.length} of ${published!.epochs.length} epochs.`,
    ),
    `Published: ${PAPER}.`,
  ]
}
