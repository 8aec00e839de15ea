/** Where the lab of this person lies when nobody names a folder: the platform's data folder, or where it was moved. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { z } from 'zod'
import { LabError } from '../../../shared/errors'

const locationSchema = z.object({
  version: z.literal(1),
  home: z.string().min(1),
  /** Folders it was moved from that still hold it as it was then. */
  former: z.array(z.object({ folder: z.string(), moved: z.iso.datetime() })),
})
/** What is remembered of a lab that was moved. */
export type Location = Omit<z.infer<typeof locationSchema>, 'version'>

const paths = () => envPaths('hrm-lab', { suffix: '' })

/** Where the lab lies that was never moved. */
export const standardFolder = (): string => resolve(paths().data)

/** The one file that says where a moved lab lies; whoever replaces it has moved the lab. */
export const locationFile = (): string =>
  join(resolve(process.env['HRM_LAB_CONFIG'] ?? paths().config), 'location.json')

/**
 * Reads where the lab was moved.
 * @returns null when it never was
 * @throws LabError 'storage' when that cannot be read: guessing would begin a second lab
 */
export function readLocation(): Location | null {
  const file = locationFile()
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw unreadable(file, cause)
  }
  try {
    return locationSchema.parse(JSON.parse(text))
  } catch (cause) {
    throw unreadable(file, cause)
  }
}

/** Replaces what is remembered, whole or not at all, and on the disk when it returns. @throws LabError 'storage' */
export function writeLocation({ home, former }: Location): void {
  const file = locationFile()
  const partial = `${file}.partial`
  try {
    mkdirSync(dirname(file), { recursive: true })
    const written = openSync(partial, 'w')
    try {
      writeSync(written, JSON.stringify({ version: 1, home, former } satisfies z.infer<typeof locationSchema>, null, 1))
      fsyncSync(written)
    } finally {
      closeSync(written)
    }
    renameSync(partial, file)
    syncFolderNow(dirname(file))
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new LabError(
      'storage',
      `Where the lab lies cannot be written down in ${file} (${code}).`,
      'Give the file and its folder write permission, or name another folder for it with HRM_LAB_CONFIG.',
      { cause },
    )
  }
}

/** @throws LabError 'not-found' when the folder a lab was moved to is not there, as when its disk is not */
export function requireMoved(folder: string): void {
  if (existsSync(join(folder, 'datasets')) || existsSync(join(folder, 'lab.sqlite'))) return
  throw new LabError(
    'not-found',
    `The lab was moved to ${folder}, and is not there.`,
    `Connect the disk it lies on. If it is gone for good, remove ${locationFile()}: the next start begins in ${standardFolder()}.`,
  )
}

const unreadable = (file: string, cause: unknown): LabError =>
  new LabError(
    'storage',
    `${file}, which says where the lab lies, cannot be read: ${cause instanceof Error ? cause.message.split('\n')[0] : String(cause)}.`,
    'Name the lab’s folder with --home, or remove the file to begin in the platform’s data folder.',
    { cause },
  )

/** A rename is on the disk once its folder is. Windows has no such call and does not need it. */
function syncFolderNow(folder: string): void {
  if (process.platform === 'win32') return
  const opened = openSync(folder, 'r')
  try {
    fsyncSync(opened)
  } finally {
    closeSync(opened)
  }
}
