import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { LabError } from '../../../shared/errors'
import { BUNDLE_ADDRESS, BUNDLE_EXTENSION } from '../../../shared/exports/bundle'
import {
  type ComparisonFile,
  comparisonFiles,
  type PictureQuery,
  pictureQuerySchema,
  REPORT_ADDRESS,
  type RunFile,
  runFiles,
  ZIP_ADDRESS,
} from '../../../shared/exports/files'
import { writeBundle } from '../bundles/write'
import type { Lab } from '../lab'
import type { Run } from '../runs/runs'
import { collectRun } from './collect'
import { exportComparison } from './comparison'
import { exportedName } from './names'
import { writeReport } from './report/write'
import { exportRun } from './run'
import { writeZip } from './zip'

/** A file as a window asks for it. */
export interface ExportedFile {
  readonly body: Uint8Array
  /** Media type. */
  readonly type: string
  /** What it is called when it is kept: the run, or the runs, and what it holds. */
  readonly name: string
}

/** Makes a file by the end of its address: what follows /exports/. @throws LabError when it cannot be made */
export type ExportReader = (tail: string) => Promise<ExportedFile>

const types: Readonly<Record<string, string>> = {
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.csv': 'text/csv; charset=utf-8',
  '.md': 'text/markdown; charset=utf-8',
  '.tex': 'text/x-tex; charset=utf-8',
  '.json': 'application/json',
  '.html': 'text/html; charset=utf-8',
  '.zip': 'application/zip',
  [`.${BUNDLE_EXTENSION}`]: 'application/x-hrmlab',
}

/**
 * Makes exported files: `RUN/NAME?theme=…` of a run, `RUN,RUN/NAME?…` of a comparison, `RUN,…/everything.zip?…`, `RUN,…/report.html`,
 * `RUN/run.hrmlab` a run's bundle, by the very code of the command line.
 */
export function exportReader(lab: Lab): ExportReader {
  return async (tail) => {
    const { pathname, searchParams } = new URL(tail, 'export://x/')
    const [ids = '', name = ''] = pathname.slice(1).split('/').map(decodeURIComponent)
    const query = pictureQuerySchema.safeParse(Object.fromEntries(searchParams))
    if (!query.success)
      throw new LabError('bad-input', `These are no choices of an export: ${query.error.issues[0]?.message}.`)
    const folder = await mkdtemp(join(tmpdir(), 'hrm-lab-export-'))
    try {
      const runs = ids.split(',').map((id) => lab.store.runs.get(id))
      const { path, called } = await make(lab, runs, { name, folder, choices: query.data as PictureQuery })
      return { body: await readFile(path), type: types[extname(path)] ?? 'application/octet-stream', name: called }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** What was asked for, and where it is made. */
interface Asked {
  readonly name: string
  readonly folder: string
  readonly choices: PictureQuery
}

/** Makes one file. @returns where it lies, and what it is called when it is kept */
async function make(lab: Lab, rows: readonly Run[], asked: Asked): Promise<{ path: string; called: string }> {
  const { name, folder, choices } = asked
  const base = exportedName(rows.map(({ id }) => id))
  if (name === BUNDLE_ADDRESS) {
    if (rows.length > 1) throw new LabError('bad-input', 'A bundle holds one run.', 'Make one of each.')
    const path = join(folder, name)
    await writeBundle(lab, rows[0]!, path)
    return { path, called: `${base}.${BUNDLE_EXTENSION}` }
  }
  if (name === REPORT_ADDRESS) {
    const path = join(folder, name)
    await writeReport(lab, rows, path)
    return { path, called: `${base}-${name}` }
  }
  const runs = rows.map((run) => collectRun(lab, run))
  if (name === ZIP_ADDRESS) {
    const path = join(folder, name)
    await writeZip(runs, path, { ...choices, report: (to, signal) => writeReport(lab, rows, to, signal) })
    return { path, called: `${base}.zip` }
  }
  const [path] =
    runs.length === 1
      ? await exportRun(runs[0]!, folder, { ...choices, only: [known(runFiles, name)] })
      : await exportComparison(runs, folder, { ...choices, only: [known(comparisonFiles, name)] })
  return { path: path!, called: `${base}-${basename(path!)}` }
}

function known<Name extends RunFile | ComparisonFile>(all: readonly Name[], name: string): Name {
  const found = all.find((one) => one === name)
  if (found) return found
  throw new LabError('not-found', `There is no export named ${name}.`, `Choose among ${all.join(', ')}.`)
}
