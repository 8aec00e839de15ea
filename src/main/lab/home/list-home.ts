import { lstat, readdir, readlink } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { LabError } from '../../../shared/errors'
import { UNFINISHED } from './home'

/** Something in a lab's folder that a copy of the lab has too. */
export interface HomeEntry {
  /** Relative to the folder. */
  readonly path: string
  readonly kind: 'folder' | 'file' | 'link'
  readonly bytes: number
  /** Of a file: Unix milliseconds. */
  readonly modified: number
  /** Of a link: where it leads to. */
  readonly target: string | null
}

/** What belongs to the process that holds the lab, what it works at, and its database, which SQLite copies. */
const LEFT_OUT = new Set([
  ...['lab.sqlite', 'lab.sqlite-wal', 'lab.sqlite-shm', 'lab.sqlite.lock', 'lab.sqlite.lock-journal'],
  ...[
    'lab.sqlite.holder',
    'lab.sqlite.holder.partial',
    'shown-by.json',
    'shown-by.json.partial',
    'uploads',
    UNFINISHED,
  ],
])
const TEMPORARY = /^\.(importing|bundle)-/

/**
 * Everything in a lab's folder but its database and what is temporary; folders before what they hold.
 * @throws LabError 'storage' for what cannot be copied
 */
export async function listHome(folder: string): Promise<HomeEntry[]> {
  const entries: HomeEntry[] = []
  const walk = async (below: string): Promise<void> => {
    const names = (await readdir(join(folder, below))).sort()
    for (const name of names) {
      if ((below === '' && LEFT_OUT.has(name)) || TEMPORARY.test(name)) continue
      const path = join(below, name)
      const entry = await describe(folder, path)
      entries.push(entry)
      if (entry.kind === 'folder') await walk(path)
    }
  }
  await walk('')
  return entries
}

async function describe(folder: string, path: string): Promise<HomeEntry> {
  const place = join(folder, path)
  const found = await lstat(place)
  const entry = { path, bytes: 0, modified: found.mtimeMs, target: null }
  if (found.isDirectory()) return { ...entry, kind: 'folder' }
  if (found.isFile()) return { ...entry, kind: 'file', bytes: found.size }
  if (found.isSymbolicLink()) return { ...entry, kind: 'link', target: leadsTo(folder, place, await readlink(place)) }
  throw new LabError('storage', `${place} is neither file nor folder and cannot be copied.`, 'Move it out of the lab.')
}

/** A link within the lab stays one from its own place; one that leads out of it leads to the same place from anywhere. */
function leadsTo(folder: string, place: string, target: string): string {
  const whole = resolve(dirname(place), target)
  const within = whole === folder || whole.startsWith(folder + sep)
  return within ? relative(dirname(place), whole) : isAbsolute(target) ? target : whole
}

/** Bytes of files that a copy would have, without the database. */
export const bytesOf = (entries: readonly HomeEntry[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0)
