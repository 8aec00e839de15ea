import { basename, extname, join } from 'node:path'
import type { PaperItemView } from '../../../shared/contract/paper'
import { markdownTable, latexTable } from '../exports/files/markup'
import { tablePicture } from '../exports/draw/table'
import { collectRun } from '../exports/collect'
import type { RunExport } from '../exports/data'
import { csvParts } from '../exports/files/csv'
import { openFolder, writeWhole } from '../exports/files/write'
import { type FileMaker, pictureStyle, type PictureOptions } from '../exports/options'
import { pictureFile } from '../exports/picture-file'
import { exportRun, writeFiles } from '../exports/run'
import type { Lab } from '../lab'
import { publishedRecord } from '../paper'
import { paperCandidates } from './candidates'
import { matchingRun } from './matching-run'
import { paperFigures, paperTables } from './paper-list'
import { paperTable, paperTableCsv, paperTableNotes, type TableRow } from './paper-table'

/** What a person may choose. */
export interface FigureOptions extends PictureOptions {
  readonly signal?: AbortSignal
  /** Told of each item before it is made. */
  readonly onItem?: (title: string, index: number, total: number) => void
}

const TOTAL = 2 * paperFigures.length + paperTables.length
const notRun = (preset: string): string => `no run of ${preset} on all of its data has ended an epoch`

/**
 * Writes the paper's ten figures and three tables from one's own runs into `folder`, each figure with its numbers as CSV,
 * each table as picture, CSV, Markdown and LaTeX, and an index that says what came from where and what is missing.
 * @throws LabError when the folder cannot be written or a picture cannot be drawn so
 */
export async function exportFigures(lab: Lab, folder: string, options: FigureOptions = {}): Promise<PaperItemView[]> {
  pictureStyle(options) // Refused before anything is made.
  await openFolder(folder)
  const runs = chosenRuns(lab)
  const items: PaperItemView[] = []
  const next = (title: string): void => {
    options.signal?.throwIfAborted()
    options.onItem?.(title, items.length, TOTAL)
  }
  for (const { preset, loss, misclassified } of paperFigures) {
    const run = runs.get(preset) ?? null
    for (const [number, what] of [
      [loss, 'loss'],
      [misclassified, 'misclassified'],
    ] as const) {
      next(`Figure ${number}`)
      items.push(await figure(run, { number, preset, what }, folder, options))
    }
  }
  for (const { number, data, presets } of paperTables) {
    next(`Table ${number}`)
    const rows = presets.map((preset) => ({
      preset,
      run: runs.get(preset) ?? null,
      published: publishedRecord(preset),
    }))
    items.push(await table(rows, `table-${number}-${data}`, `Table ${number}`, folder, options))
  }
  await writeWhole(join(folder, 'index.md'), index(items), options.signal)
  return items
}

/** The run that stands for each preset of the paper, ready for export. */
function chosenRuns(lab: Lab): Map<string, RunExport> {
  const candidates = paperCandidates(lab)
  const presets = new Set(paperTables.flatMap(({ presets }) => presets))
  return new Map(
    [...presets].flatMap((preset) => {
      const found = matchingRun(preset, candidates)
      return found ? [[preset, collectRun(lab, found.run)] as const] : []
    }),
  )
}

/** One figure with its numbers. */
async function figure(
  run: RunExport | null,
  { number, preset, what }: { number: number; preset: string; what: 'loss' | 'misclassified' },
  folder: string,
  options: FigureOptions,
): Promise<PaperItemView> {
  const title = `Figure ${number}`
  const words = what === 'loss' ? `loss of ${preset} per step` : `test images ${preset} gets wrong`
  if (!run) return { title, what: words, files: [], runs: [], missing: notRun(preset) }
  const base = `figure-${String(number).padStart(2, '0')}-${preset}-${what}`
  const skipped: string[] = []
  const paths = await exportRun(run, folder, {
    ...options,
    among: what === 'loss' ? ['loss.png', 'steps.csv'] : ['misclassified.png', 'predictions.csv'],
    nameOf: (name) => `${base}${extname(name)}`,
    onSkip: (_, reason) => skipped.push(reason),
  })
  const files = paths.map((path) => basename(path))
  return { title, what: words, files, runs: [run.id], missing: skipped[0] ?? null }
}

const tableFiles = ['table.png', 'table.csv', 'table.md', 'table.tex'] as const

/** One table in four forms. */
async function table(
  rows: readonly TableRow[],
  base: string,
  title: string,
  folder: string,
  options: FigureOptions,
): Promise<PaperItemView> {
  const what = rows.map(({ preset }) => preset).join(' beside ')
  const runs = rows.flatMap(({ run }) => (run ? [run.id] : []))
  const absent = rows.filter(({ run }) => !run).map(({ preset }) => notRun(preset))
  const missing = absent.length > 0 ? absent.join('; ') : null
  if (runs.length === 0) return { title, what, files: [], runs, missing }
  const named = { ...options, nameOf: (name: string) => `${base}${extname(name)}` }
  const paths = await writeFiles(folder, tableFiles, named, (name) => tableFile(rows, name, title, options))
  return { title, what, files: paths.map((path) => basename(path)), runs, missing }
}

function tableFile(
  rows: readonly TableRow[],
  name: (typeof tableFiles)[number],
  title: string,
  options: FigureOptions,
): FileMaker {
  const made = paperTable(rows)
  const notes = paperTableNotes(rows)
  const write = (content: () => Parameters<typeof writeWhole>[1]): FileMaker => ({
    write: (path) => writeWhole(path, content(), options.signal),
  })
  switch (name) {
    case 'table.png':
      return pictureFile((style) => tablePicture(made, notes, style), pictureStyle(options), title, options.signal)
    case 'table.csv': {
      const { head, rows: numbers } = paperTableCsv(rows)
      return write(() => csvParts(head, numbers))
    }
    case 'table.md':
      return write(() => `${markdownTable(made)}\n${notes.map((note) => `${note}\n`).join('\n')}`)
    case 'table.tex':
      return write(() => latexTable(made, notes))
  }
}

/** What is there, from which run, and what is missing. */
function index(items: readonly PaperItemView[]): string {
  const rows = items.map(({ title, what, files, runs, missing }) => [
    title,
    what,
    files.join(', ') || 'missing',
    runs.join(', '),
    missing ?? '',
  ])
  const head = ['', 'what', 'files', 'runs', 'missing']
  return `# Figures and tables\n\nOf arXiv 2510.03598, from runs of this lab.\n\n${markdownTable({ head, rows, align: head.map(() => 'left') })}`
}
