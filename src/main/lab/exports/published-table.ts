import { formatCount, formatDuration, formatPercent } from '../../../shared/charts/format'
import {
  PAPER,
  publishedEpochSeconds,
  publishedTestAccuracy,
  publishedTrace,
  type PublishedRecord,
} from '../../../shared/experiment/published'
import { mutualPairs } from '../../../shared/metrics/confusion'
import { evaluationOf, lastConfusion, publishedConfusion, type RunExport } from './data'
import { markdownTable, type TextTable } from './files/markup'
import { summarise } from './summary'

/** A run beside its published counterpart. */
export interface PublishedTable {
  readonly table: TextTable
  /** What to know when reading it; the last names the source. */
  readonly notes: readonly string[]
}

type Row = [what: string, ours: string, published: string, difference: string]

/** Ours beside published: parameters, accuracies by epoch, time, most confused pairs. null where nothing is published. */
export function publishedTable(run: RunExport): PublishedTable | null {
  const record = run.published
  if (!record) return null
  const rows = [
    [
      'parameters',
      formatCount(run.parameters),
      formatCount(record.parameters),
      countDifference(run.parameters - record.parameters),
    ] satisfies Row,
    ...trainRows(run, record),
    ...testRows(run, record),
    timeRow(run, record),
    ...pairRows(run),
  ]
  return {
    table: { head: ['', 'ours', 'published', 'difference'], align: ['left', 'right', 'right', 'right'], rows },
    notes: notes(run, record),
  }
}

/** The table with its notes as Markdown. */
export const publishedMarkdown = ({ table, notes }: PublishedTable): string =>
  `${markdownTable(table)}\n${notes.map((note) => `${note}\n`).join('\n')}`

const pointDifference = (ours: number | null | undefined, published: number | null | undefined): string =>
  ours == null || published == null ? '' : `${signed(100 * (ours - published), 1)} points`
const countDifference = (difference: number): string => (difference === 0 ? '0' : signed(difference, 0))
const signed = (value: number, decimals: number): string =>
  `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(decimals)}`

/** Of many epochs these and the last are shown: those the paper names. */
const SHOWN_EPOCHS = [1, 5, 10, 15, 20, 25]
const shown = (epoch: number, last: number): boolean =>
  last <= SHOWN_EPOCHS.length || epoch === last || SHOWN_EPOCHS.includes(epoch)

function trainRows(run: RunExport, record: PublishedRecord): Row[] {
  return run.epochs.flatMap((epoch): Row[] => {
    const published = record.epochs.find((one) => one.epoch === epoch.epoch + 1)
    if (!published || !shown(epoch.epoch + 1, run.epochs.length)) return []
    const ours = epoch.authorAccuracy ?? epoch.trainAccuracy
    return [accuracyRow(`train, epoch ${epoch.epoch + 1}`, ours, published.train_acc)]
  })
}

/** Test accuracy of the epochs that both have; then the end, which may be another epoch here and there. */
function testRows(run: RunExport, record: PublishedRecord): Row[] {
  const last = run.epochs.length
  const end = record.epochs.at(-1)?.epoch ?? 0
  const rows = run.epochs.flatMap((epoch): Row[] => {
    const number = epoch.epoch + 1
    const published = record.epochs.find((one) => one.epoch === number)?.test_acc
    const ours = evaluationOf(epoch, 'test')?.accuracy
    if (published === undefined || ours === undefined || !shown(number, last) || number === end) return []
    return [accuracyRow(`test, epoch ${number}`, ours, published)]
  })
  const ours = evaluationOf(run.epochs.at(-1), 'test')?.accuracy ?? null
  const what = last === end ? `test, epoch ${end}` : `test, end (epoch ${last} / ${end})`
  return [...rows, accuracyRow(what, ours, publishedTestAccuracy(record))]
}

const accuracyRow = (what: string, ours: number | null, published: number | null): Row => [
  what,
  formatPercent(ours),
  formatPercent(published),
  pointDifference(ours, published),
]

function timeRow(run: RunExport, record: PublishedRecord): Row {
  return [
    'time per epoch',
    formatDuration(summarise(run).epochSeconds),
    formatDuration(publishedEpochSeconds[record.preset]),
    '',
  ]
}

/** The paper's three most confused pairs, both directions added, with ours. */
function pairRows(run: RunExport): Row[] {
  const published = publishedConfusion(run)
  const ours = lastConfusion(run)?.confusion
  if (!published || !ours) return []
  const ourPairs = mutualPairs(ours)
  return mutualPairs(published)
    .slice(0, 3)
    .map(({ a, b, count }): Row => {
      const there = ourPairs.find((pair) => pair.a === a && pair.b === b)?.count ?? 0
      const names = `${run.dataSet.classes[a]} – ${run.dataSet.classes[b]} confused`
      return [names, formatCount(there), formatCount(count), countDifference(there - count)]
    })
}

function notes(run: RunExport, record: PublishedRecord): string[] {
  const lines: string[] = []
  const asAuthor = run.epochs.length > 0 && run.epochs.every(({ authorAccuracy }) => authorAccuracy !== null)
  if (publishedTrace(record.preset) === 'after-update') {
    lines.push(
      asAuthor
        ? 'Train accuracy: both measured again on each batch after its update.'
        : 'Train accuracy is measured differently: the published one again after each update, ours before it (--author-metrics repeats the author’s way).',
    )
  }
  if (run.configuration.training.trainLimit !== null) {
    lines.push(`Ours trained on ${formatCount(run.configuration.training.trainLimit)} images only.`)
  }
  const end = record.epochs.at(-1)?.epoch ?? 0
  if (run.epochs.length !== end) lines.push(`Ours trained for ${run.epochs.length} of the published ${end} epochs.`)
  const pass = record.preset.startsWith('hrm') ? ' and includes a second pass over every training batch' : ''
  lines.push(`The published time was taken on other hardware${pass}.`)
  lines.push(`Published: ${PAPER}.`)
  return lines
}
