import { formatCount } from '../../../../shared/charts/format'
import {
  cellText,
  compareColumns,
  compareRows,
  memberRows,
  type CompareColumn,
  type CompareRow,
} from '../../../../shared/compare/compare-table'
import { differenceGroups } from '../../../../shared/compare/difference-rows'
import { likenessWarnings } from '../../../../shared/compare/likeness'
import { executionWords } from '../../../../shared/experiment/engine-info'
import type { Report, ReportRun } from './collect'
import { html, name, number, table, type Html, type Part } from './html'
import { letterAndName, runName, type Section } from './section'

/** Which runs, made of what, where and with which versions; and where they are not like with like. */
export function runsSection({ runs }: Report): Section {
  const warnings = likenessWarnings(runs.map(({ compared }) => compared))
  const head = ['Run', 'Model', 'Data', 'Seed', 'Epochs', 'Engine', 'Versions', 'Trained']
  const align = head.map((title) => (title === 'Seed' || title === 'Epochs' ? 'right' : 'left'))
  return {
    id: 'runs',
    title: 'Runs',
    body: html`${table('The runs', head, runs.map(runRow), align, 'roomy')}
    ${
      warnings.length > 0 &&
      html`<div class="note">
        <h3>Not like with like</h3>
        <ul>
          ${warnings.map(({ text }) => html`<li>${text}</li>`)}
        </ul>
      </div>`
    }`,
  }
}

function runRow(report: ReportRun, place: number): Part[] {
  const { run } = report.compared
  const { engine, made } = report.made
  const { tensorflow, tfjs, node } = engine
  const versions = Object.entries({ TensorFlow: tensorflow, tfjs, Node: node })
    .flatMap(([of, version]) => (version ? [`${of} ${version}`] : []))
    .join(', ')
  return [
    html`${runName(report, place)}${run.tags.length > 0 && html`<small>${run.tags.join(', ')}</small>`}`,
    html`${run.preset ?? run.family}<small>${number(run.parameters, formatCount(run.parameters))} parameters</small>`,
    dataCell(report),
    number(run.seed, String(run.seed)),
    html`${number(run.epochs, String(run.epochs))}${run.epochs < run.epochsAsked && html`<small>of ${run.epochsAsked}</small>`}`,
    html`${engine.backend} · ${engine.device}<small
        >${executionWords(engine)}, ${engine.precision ?? 'float32'}</small
      >`,
    html`HRM Lab
      ${made.labVersion}${made.gitCommit !== null && html`<small><code>${shortHashes(made.gitCommit)}</code></small>`}<small
        >${versions}</small
      >`,
    html`${run.state}<small>${day(made.startedAt)}</small>`,
  ]
}

function dataCell({ made }: ReportRun): Html {
  const { images, width, height, hash, name: called } = made.dataSet
  const parts = [images.train, images.validation, images.test].filter((count) => count > 0).map(formatCount)
  const limit = made.configuration.training.trainLimit
  return html`${name(called)}<small>${parts.join(' + ')} images, ${width} × ${height}</small
    >${limit !== null && html`<small>trained on ${formatCount(limit)}</small>`}<small
      ><code title="${hash}">${shortHashes(hash)}</code></small
    >`
}

/** 2026-01-02 03:04 UTC. */
const day = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

/** Accuracies, times and costs; runs that differ in their seed alone also as one row. */
export function resultsSection({ runs }: Report): Section {
  const columns = compareColumns(null)
  const places = new Map(runs.map(({ made }, place) => [made.id, place]))
  const rows = compareRows(
    runs.map(({ compared }) => compared),
    columns,
    true,
  )
  const single = (row: CompareRow, member: boolean): { cells: Part[]; member: boolean } => {
    const [run] = row.runs
    const place = places.get(run!.run.run.id)!
    return { member, cells: [runName(runs[place]!, place), ...cells(row, columns)] }
  }
  const shown = rows.flatMap((row) => {
    if (row.runs.length === 1) return [single(row, false).cells]
    const all = html`${name(row.label)}, ${row.runs.length} seeds<small>mean ± sd</small>`
    return [[all, ...cells(row, columns)], ...memberRows(row, columns).map((one) => single(one, true).cells)]
  })
  const spread = runs.some(({ compared }) => compared.epochs.at(-1)?.evaluations.some(({ part }) => part === 'train'))
  return {
    id: 'results',
    title: 'Results',
    body: html`${table('Results', ['Run', ...columns.map(({ title }) => title)], shown, ['left', ...columns.map(() => 'right' as const)])}
      <p class="quiet">
        Train: mean over the last epoch’s batches, before each
        update${spread && '; with *, evaluated after the last epoch'}. Test, best: of the epoch that was best on
        validation where there is a validation part, else on test. Time: the median epoch, training alone. GFLOP an
        image: to train on one image once.
      </p>`,
  }
}

const cells = (row: CompareRow, columns: readonly CompareColumn[]): Part[] =>
  row.cells.map((cell, i) => {
    const column = columns[i]!
    const text = number(cell?.mean, cellText(column, cell, row.runs.length))
    const note = row.runs.length === 1 ? (column.note?.(row.runs[0]!) ?? null) : null
    return note === null ? text : html`${text}${note === '*' ? ' *' : html`<small>${note}</small>`}`
  })

/** In what the runs' configurations, data, engines and versions differ. */
export function settingsSection({ runs }: Report): Section | null {
  if (runs.length < 2) return null
  const groups = differenceGroups(
    runs.map(({ compared }) => compared),
    true,
  )
  const rows = groups.flatMap(({ rows }) =>
    rows.map(({ label, path, values }): Part[] => [
      html`<span title="${path}">${label}</span>`,
      ...values.map((value, i) => {
        const shown = value === null ? html`<span class="quiet">not there</span>` : html`${shortHashes(value)}`
        return i > 0 && value !== values[0] ? html`<b class="other">${shown}</b>` : shown
      }),
    ]),
  )
  const head = ['Setting', ...runs.map((run, place) => html`<span class="wrap">${runName(run, place)}</span>`)]
  const left = head.map(() => 'left' as const)
  return {
    id: 'settings',
    title: 'Differences of configuration',
    body:
      rows.length === 0
        ? html`<p>All settings, the data and the engine are the same.</p>`
        : html`${table('What the runs differ in', head, rows, left, 'roomy')}
            <p class="quiet">What is not here is the same in all. Bold: other than in the first run.</p>`,
  }
}

/** Hashes are told apart by their beginning. */
const shortHashes = (text: string): string => text.replace(/[0-9a-f]{20,}/g, (hash) => hash.slice(0, 12))

/** What its people wrote about the runs, as they wrote it. */
export function notesSection({ runs }: Report): Section | null {
  const noted = runs.filter(({ compared }) => compared.run.notes.trim() !== '')
  if (noted.length === 0) return null
  return {
    id: 'notes',
    title: 'Notes',
    body: html`${noted.map(
      (run) =>
        html`<h3>${letterAndName(run)}</h3>
          <pre class="text">${run.compared.run.notes.trim()}</pre> `,
    )}`,
  }
}
