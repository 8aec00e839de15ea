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
  type RunFile,
  runFiles,
} from '../../../shared/exports/files'
import { writeBundle } from '../bundles/write'
import type { Lab } from '../lab'
import type { Run } from '../runs/runs'
import { collectRun } from './collect'
import { exportComparison } from './comparison'
import { exportRun } from './run'

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
}

/**
 * Makes exported files: `RUN/NAME?theme=…` of a run, `RUN,RUN/NAME?…` of a comparison, `RUN/run.hrmlab` a run's bundle, by the very
 * code of the command line.
 */
export function exportReader(lab: Lab): ExportReader {
  return async (tail) => {
    const { pathname, searchParams } = new URL(tail, 'export://x/')
    const [ids = '', name = ''] = pathname.slice(1).split('/').map(decodeURIComponent)
    if (name === BUNDLE_ADDRESS) return bundle(lab, lab.store.runs.get(ids))
    const runs = ids.split(',').map((id) => collectRun(lab, lab.store.runs.get(id)))
    const query = pictureQuerySchema.safeParse(Object.fromEntries(searchParams))
    if (!query.success)
      throw new LabError('bad-input', `These are no choices of an export: ${query.error.issues[0]?.message}.`)
    const choices = query.data as PictureQuery
    const folder = await mkdtemp(join(tmpdir(), 'hrm-lab-export-'))
    try {
      const [path] =
        runs.length === 1
          ? await exportRun(runs[0]!, folder, { ...choices, only: [known(runFiles, name)] })
          : await exportComparison(runs, folder, { ...choices, only: [known(comparisonFiles, name)] })
      const file = basename(path!)
      const of = runs.length === 1 ? runs[0]!.id : `comparison-${runs.map(({ id }) => id.slice(0, 4)).join('-')}`
      const type = types[extname(file)] ?? 'application/octet-stream'
      return { body: await readFile(path!), type, name: `${of}-${file}` }
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** A run's bundle. */
async function bundle(lab: Lab, run: Run): Promise<ExportedFile> {
  const folder = await mkdtemp(join(tmpdir(), 'hrm-lab-export-'))
  try {
    const path = join(folder, BUNDLE_ADDRESS)
    await writeBundle(lab, run, path)
    return { body: await readFile(path), type: 'application/x-hrmlab', name: `${run.id}.${BUNDLE_EXTENSION}` }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function known<Name extends RunFile | ComparisonFile>(all: readonly Name[], name: string): Name {
  const found = all.find((one) => one === name)
  if (found) return found
  throw new LabError('not-found', `There is no export named ${name}.`, `Choose among ${all.join(', ')}.`)
}
