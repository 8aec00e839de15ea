/** The disk under the data sets: room, whole writes, temporary folders that a kill may leave. */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rm, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/errors'

const TEMPORARY = /^\.importing-(\d+)-/
const DAY_MS = 24 * 3600 * 1000

/** Free bytes of the file system that holds `folder`. */
export async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder)
  return bavail * bsize
}

/**
 * @param what needs the room
 * @throws LabError 'storage' naming folder, need and free room, when `needed` bytes do not fit.
 */
export async function requireRoom(
  folder: string,
  needed: number,
  free: (folder: string) => Promise<number> = freeBytes,
  what: Purpose = 'the import',
): Promise<void> {
  const available = await free(folder)
  if (available < needed) throw noRoom(folder, needed, available, what)
}

/** What room is needed for, and what can be done where there is none. */
const waysOut = {
  'the import': 'Free some room, choose a smaller image size, or keep the lab elsewhere with --home or HRM_LAB_HOME.',
  'the download': 'Free some room, or keep the lab elsewhere with --home or HRM_LAB_HOME.',
  'the bundle': 'Free some room, or keep the lab elsewhere with --home or HRM_LAB_HOME.',
  'the lab': 'Free some room there, or choose a folder on another disk.',
} as const
type Purpose = keyof typeof waysOut

function noRoom(folder: string, needed: number, free: number, what: Purpose, cause?: unknown): LabError {
  const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
  return new LabError(
    'storage',
    `No room on the disk of ${folder}: ${what} needs ${megabytes(needed)}, ${megabytes(free)} are free.`,
    waysOut[what],
    { cause },
  )
}

const writeFailures: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'its file system is read-only',
  EIO: 'the disk reports an error',
}

/** Turns a failure to write into an error a person can act on; anything else passes. */
export async function storageError(
  cause: unknown,
  folder: string,
  needed: number,
  what: Purpose = 'the import',
): Promise<unknown> {
  const code = (cause as NodeJS.ErrnoException | null)?.code ?? ''
  if (cause instanceof LabError) return cause
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return noRoom(folder, needed, await freeBytes(folder).catch(() => 0), what, cause)
  if (!(code in writeFailures)) return cause
  return new LabError(
    'storage',
    `${folder} cannot be written: ${writeFailures[code]}.`,
    what === 'the lab'
      ? 'Give it write permission, or choose another folder.'
      : 'Give it write permission, or keep the lab elsewhere with --home or HRM_LAB_HOME.',
    { cause },
  )
}

/** Makes a temporary folder for one import; its name says whose it is. */
export async function makeTemporary(dataSetsFolder: string): Promise<string> {
  const folder = join(dataSetsFolder, `.importing-${process.pid}-${randomUUID()}`)
  await mkdir(folder, { recursive: true })
  return folder
}

/**
 * Removes what killed imports left. To be called when a lab opens.
 * A folder is left alone while the process that made it lives (for a day: process numbers come again).
 * @returns How many were removed.
 */
export async function cleanTemporary(dataSetsFolder: string): Promise<number> {
  const names = await readdir(dataSetsFolder).catch(() => [])
  let removed = 0
  for (const name of names) {
    const match = TEMPORARY.exec(name)
    if (!match) continue
    const folder = join(dataSetsFolder, name)
    const age =
      Date.now() -
      (await stat(folder).then(
        (s) => s.mtimeMs,
        () => 0,
      ))
    if (lives(Number(match[1])) && age < DAY_MS) continue
    await rm(folder, { recursive: true, force: true })
    removed++
  }
  return removed
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Writes a file and waits until it is on the disk. */
export async function writeSynced(path: string, data: string | Uint8Array): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await file.writeFile(data)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Waits until a folder's entries are on the disk. Windows has no such call and does not need it. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
