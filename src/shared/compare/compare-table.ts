import { formatCount, formatDuration, formatPercent, NO_VALUE } from '../charts/format'
import { groupRuns } from './groups'
import { spreadOf, type Spread } from './spread'
import { accuracyOn, summariseEpochs, type EpochsSummary } from './summary'
import type { ComparedRun } from '../contract/compare'
import type { Cell } from '../tables/csv'
import type { TextTable } from '../tables/markdown'

/** A run with its epochs summed up. */
export interface SummedRun {
  readonly run: ComparedRun
  readonly summary: EpochsSummary
}

/** A column of numbers. */
export interface CompareColumn {
  readonly name: string
  readonly title: string
  readonly help: string
  readonly value: (run: SummedRun) => number | null
  readonly format: (value: number) => string
  /** As `format`, without the unit that comes after both numbers. */
  readonly spread: (mean: number, sd: number) => string
  /** Said beside a single run's value. */
  readonly note?: (run: SummedRun) => string | null
}

const percent = {
  format: (value: number) => formatPercent(value),
  spread: (mean: number, sd: number) => `${(100 * mean).toFixed(2)} ± ${(100 * sd).toFixed(2)} %`,
}
const plain = (format: (value: number) => string) => ({
  format,
  spread: (mean: number, sd: number) => `${format(mean)} ± ${format(sd)}`,
})
const digits = (value: number): string => String(Number(value.toPrecision(4)))

/** The table's columns. @param epoch the one whose accuracy is shown too, from 1; null: none */
export function compareColumns(epoch: number | null): CompareColumn[] {
  return [
    {
      ...{ name: 'parameters', title: 'Parameters', help: 'Trainable numbers', ...plain(formatCount) },
      value: ({ run }) => run.run.parameters,
    },
    {
      ...{ name: 'train', title: 'Train', ...percent },
      help: 'After the last epoch: evaluated where it was (*), else the mean over the epoch’s batches',
      value: ({ summary }) => summary.trainAccuracy,
      note: ({ summary }) => (summary.trainMeasured === 'evaluation' ? '*' : null),
    },
    {
      ...{ name: 'best', title: 'Test, best', ...percent },
      help: 'Test accuracy of the epoch that was best on validation where there is a validation part, else on test',
      value: ({ summary }) => summary.best?.accuracy ?? null,
      note: ({ summary }) => (summary.best ? `epoch ${summary.best.epoch}` : null),
    },
    {
      ...{ name: 'last', title: 'Test, last', help: 'Test accuracy after the last epoch', ...percent },
      value: ({ summary }) => summary.testAccuracy,
    },
    ...(epoch === null
      ? []
      : [
          {
            ...{
              name: 'chosen',
              title: `Test, epoch ${epoch}`,
              help: `Test accuracy after epoch ${epoch}`,
              ...percent,
            },
            value: ({ run }: SummedRun) =>
              accuracyOn(
                run.epochs.find((one) => one.epoch === epoch),
                'test',
              ),
          },
        ]),
    {
      ...{ name: 'epochs', title: 'Epochs', help: 'Epochs recorded', ...plain((value) => digits(value)) },
      value: ({ summary }) => summary.epochs,
      note: ({ run, summary }) =>
        summary.epochs < run.run.epochsAsked ? `of ${formatCount(run.run.epochsAsked)}` : null,
    },
    {
      ...{ name: 'time', title: 'Time per epoch', help: 'Training alone, the median of the epochs' },
      ...plain(formatDuration),
      value: ({ summary }) => summary.epochSeconds,
    },
    {
      ...{ name: 'gflop', title: 'GFLOP an image', help: 'To train on one image once', ...plain(digits) },
      value: ({ run }) => run.gflopPerImage,
    },
  ]
}

/** A row: one run, or the runs of one configuration. */
export interface CompareRow {
  readonly key: string
  readonly label: string
  readonly runs: readonly SummedRun[]
  /** By column. */
  readonly cells: readonly (Spread | null)[]
}

/** The table's rows. @param seedRows runs that differ in their seed alone are one row */
export function compareRows(
  runs: readonly ComparedRun[],
  columns: readonly CompareColumn[],
  seedRows: boolean,
): CompareRow[] {
  return groupRuns(runs, seedRows ? 'seed' : 'none').map(({ key, label, runs: members }) => {
    const summed = members.map((run) => ({ run, summary: summariseEpochs(run.epochs) }))
    return makeRow(key, members.length === 1 ? runLabel(members[0]!) : label, summed, columns)
  })
}

/** One row for each run of a row. */
export const memberRows = ({ runs }: CompareRow, columns: readonly CompareColumn[]): CompareRow[] =>
  runs.map((one) => makeRow(one.run.run.id, runLabel(one.run), [one], columns))

const runLabel = ({ run }: ComparedRun): string => `${run.name} #${run.number}`

const makeRow = (
  key: string,
  label: string,
  runs: readonly SummedRun[],
  columns: readonly CompareColumn[],
): CompareRow => ({ key, label, runs, cells: columns.map(({ value }) => spreadOf(runs.map(value))) })

const names = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** Rows by a column, by their name, or as they are; those without a number last. */
export function sortRows(
  rows: readonly CompareRow[],
  columns: readonly CompareColumn[],
  sort: string | null,
  descending: boolean,
): CompareRow[] {
  const direction = descending ? -1 : 1
  if (sort === 'name') return rows.toSorted((a, b) => direction * names.compare(a.label, b.label))
  const at = columns.findIndex(({ name }) => name === sort)
  if (at < 0) return [...rows]
  return rows.toSorted((a, b) => {
    const [x, y] = [a.cells[at]?.mean, b.cells[at]?.mean]
    if (x === undefined || y === undefined) return x === y ? 0 : x === undefined ? 1 : -1
    return direction * (x - y)
  })
}

/** A cell for people. Of several runs: mean ± sd, and of how many where some have no number. */
export function cellText(column: CompareColumn, cell: Spread | null, runs: number): string {
  if (!cell) return NO_VALUE
  // Runs of one configuration may share a number that has no spread.
  const text =
    cell.n === 1 || cell.low === cell.high ? column.format(cell.mean) : column.spread(cell.mean, cell.sd ?? 0)
  return cell.n < runs ? `${text} (n = ${cell.n})` : text
}

/** The table as people read it. */
export const textTable = (rows: readonly CompareRow[], columns: readonly CompareColumn[]): TextTable => ({
  head: ['run', 'n', ...columns.map(({ title }) => title)],
  align: ['left', 'right', ...columns.map(() => 'right' as const)],
  rows: rows.map(({ label, runs, cells }) => [
    ...[label, String(runs.length)],
    ...columns.map((column, i) => cellText(column, cells[i] ?? null, runs.length)),
  ]),
})

/** The same numbers unrounded: mean and standard deviation of each column, and of how many. */
export function csvTable(
  rows: readonly CompareRow[],
  columns: readonly CompareColumn[],
): { head: string[]; rows: Cell[][] } {
  const ends = ['', '_sd', '_n']
  return {
    head: ['run', 'run_ids', 'n', ...columns.flatMap(({ name }) => ends.map((end) => name + end))],
    rows: rows.map(({ label, runs, cells }) => [
      ...[label, runs.map(({ run }) => run.run.id).join(' '), runs.length],
      ...cells.flatMap((cell): Cell[] => [cell?.mean ?? null, cell?.sd ?? null, cell?.n ?? 0]),
    ]),
  }
}
