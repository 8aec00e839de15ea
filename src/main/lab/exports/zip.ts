/** Everything as one zip: the pictures and tables of runs and of their comparison. */
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { ZipFile } from 'yazl'
import { LabError } from '../../../shared/errors'
import {
  type ComparisonFile,
  comparisonFiles,
  fileTitles,
  REPORT_ADDRESS,
  type RunFile,
  runFiles,
} from '../../../shared/exports/files'
import { exportComparison } from './comparison'
import type { RunExport } from './data'
import { markdownTable } from './files/markup'
import { openFolder, writeWhole } from './files/write'
import { exportedName } from './names'
import type { ExportOptions, PictureOptions } from './options'
import { exportRun } from './run'

/** Choices of a zip. */
export interface ZipOptions extends PictureOptions {
  /** Losses on a logarithmic axis; null or left out: when they fall far. */
  readonly logarithmic?: boolean | null
  /** Writes the comparison as one page; left out: the zip has none. */
  readonly report?: (path: string, signal?: AbortSignal) => Promise<void>
  readonly signal?: AbortSignal
  /** Told before each file. */
  readonly onFile?: (name: string, index: number, total: number) => void
}

/** Of a run, all but its weights: they are no table, and large (a bundle holds them). */
const zippedRunFiles: readonly RunFile[] = runFiles.filter((name) => name !== 'weights.safetensors')

/** A file within the zip, or the reason why it is not there. */
interface Member {
  /** Its place in the zip. */
  readonly name: string
  readonly title: string
  /** null: left out, see `missing`. */
  readonly path: string | null
  readonly missing: string | null
}

/** The time of every member, in local time as a zip says it: the same bytes wherever and whenever it is made. */
const mtime = (): Date => new Date(2000, 0, 1)

/**
 * Writes the pictures and tables of runs, and of several also their comparison, as one zip, whole or not at all. The same runs
 * and choices give the same bytes: members are sorted and bear one time. `contents.md` in it says what is what, and what is left out.
 * @param path is replaced if it is there
 * @returns its size in bytes
 * @throws LabError when there is no run, a picture cannot be drawn so, or the file cannot be written; the signal's reason
 */
export async function writeZip(runs: readonly RunExport[], path: string, options: ZipOptions = {}): Promise<number> {
  if (runs.length === 0) throw new LabError('bad-input', 'There is no run to export.', 'Name at least one run.')
  await openFolder(dirname(path))
  const folder = await mkdtemp(join(tmpdir(), 'hrm-lab-zip-'))
  try {
    const members = await makeMembers(runs, folder, options)
    await writeWhole(path, zipOf(members, runs), options.signal)
    return (await stat(path)).size
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Files that lie together in one folder of the zip. */
interface Part {
  readonly files: number
  /** Writes them below `folder`. */
  make(folder: string, options: ZipOptions): Promise<Member[]>
}

/** @param base what the folder is called, and what its files' names begin with: taken out of the zip, they still say what they are */
function part<Name extends RunFile | ComparisonFile>(
  base: string,
  files: readonly Name[],
  write: (folder: string, options: ExportOptions<Name>) => Promise<string[]>,
): Part {
  return {
    files: files.length,
    make: async (folder, options) => {
      const missing = new Map<Name, string>()
      const written = await write(join(folder, base), {
        ...options,
        among: files,
        nameOf: (name) => `${base}-${name}`,
        onSkip: (name, reason) => missing.set(name, reason),
      })
      const paths = written.values()
      return files.map((name): Member => {
        const path = missing.has(name) ? null : paths.next().value!
        const place = `${base}/${path === null ? `${base}-${name}` : basename(path)}`
        return { name: place, title: fileTitles[name], path, missing: missing.get(name) ?? null }
      })
    },
  }
}

/** Makes the files of every run, then those of the comparison. */
async function makeMembers(runs: readonly RunExport[], folder: string, options: ZipOptions): Promise<Member[]> {
  const parts = runs.map((run) => part(run.id, zippedRunFiles, (to, choices) => exportRun(run, to, choices)))
  const base = exportedName(runs.map(({ id }) => id))
  if (runs.length > 1) parts.push(part(base, comparisonFiles, (to, choices) => exportComparison(runs, to, choices)))
  const total = parts.reduce((sum, { files }) => sum + files, 0)
  const members: Member[] = []
  for (const { make } of parts) {
    const before = members.length
    const onFile: ZipOptions['onFile'] = (name, index) => options.onFile?.(name, before + index, total)
    members.push(...(await make(folder, { ...options, onFile })))
  }
  if (runs.length > 1 && options.report) members.push(await reportMember(base, folder, options))
  return members
}

/** The comparison as one page, beside its pictures and tables. */
async function reportMember(base: string, folder: string, { report, signal }: ZipOptions): Promise<Member> {
  const name = `${base}/${base}-${REPORT_ADDRESS}`
  const path = join(folder, name)
  await report!(path, signal)
  return { name, title: 'The comparison as one page', path, missing: null }
}

function zipOf(members: readonly Member[], runs: readonly RunExport[]): AsyncIterable<Uint8Array> {
  const zip = new ZipFile()
  const out = zip.outputStream as Readable
  zip.on('error', (error) => out.destroy(error as Error))
  // Times as DOS has them, without a zone: yazl would add the moment in UTC, which is another one in every zone.
  const options = { mtime: mtime(), mode: 0o100644, forceDosTimestamp: true }
  zip.addBuffer(Buffer.from(contents(members, runs)), 'contents.md', options)
  const sorted = members.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (const { name, path } of sorted) if (path !== null) zip.addFile(path, name, options)
  zip.end()
  return out
}

/** contents.md: the runs, the files in it, and those that could not be made. */
function contents(members: readonly Member[], runs: readonly RunExport[]): string {
  const left = (head: readonly string[]) => head.map(() => 'left' as const)
  const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
    markdownTable({ head, rows, align: left(head) })
  const made = members.filter(({ path }) => path !== null)
  const absent = members.filter(({ path }) => path === null)
  const parts = [
    '# Pictures and tables of runs, by HRM Lab',
    table(
      ['run', 'name', 'data', 'seed', 'state'],
      runs.map((run) => [run.id, run.name, run.dataSet.name, String(run.configuration.training.seed), run.state]),
    ),
    table(
      ['file', 'what it holds'],
      made.map(({ name, title }) => [name, title]),
    ),
  ]
  if (absent.length > 0)
    parts.push(
      '## Left out',
      table(
        ['file', 'why'],
        absent.map(({ name, missing }) => [name, missing ?? '']),
      ),
    )
  return parts.map((part) => `${part.trimEnd()}\n`).join('\n')
}
