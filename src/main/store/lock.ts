import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import Database from 'better-sqlite3'
import { z } from 'zod'
import { LabError } from '../../shared/errors'
import { errorCode, storageError } from './connection'

const holderSchema = z.object({ pid: z.int(), host: z.string(), since: z.string() })
/** Who may write a lab. */
export type Holder = z.infer<typeof holderSchema>

/** The right to write a database, held until released or until the process dies. */
export interface WriterLock {
  release(): void
}

/** Long enough for a short command to end, short enough not to be felt. */
const PATIENCE_MS = 300

/**
 * Takes the right to write `file`. The lock is the operating system's, held through an exclusive transaction on the empty
 * database `file`.lock: it goes when the process does, however it dies, so there is none to clean up and no pid to guess
 * by. `file`.holder says who has it, for people.
 * @throws LabError 'locked' naming the holder when another process, or this one, has it; 'storage' when nothing can be written
 */
export function lockForWriting(file: string): WriterLock {
  let lock: Database.Database | undefined
  try {
    lock = new Database(`${file}.lock`, { timeout: PATIENCE_MS })
    lock.exec('BEGIN EXCLUSIVE')
    writeHolder(file)
  } catch (error) {
    lock?.close()
    throw errorCode(error) === 'SQLITE_BUSY' ? heldError(file) : storageError(error, file)
  }
  return {
    release() {
      rmSync(holderFile(file), { force: true })
      lock.close()
    },
  }
}

/** Who has written in `file`.holder that it holds the lab; null when nobody has. It may be a process that died. */
export function readHolder(file: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(holderFile(file), 'utf8')))
  } catch {
    return null
  }
}

const holderFile = (file: string) => `${file}.holder`

function writeHolder(file: string): void {
  const holder: Holder = { pid: process.pid, host: hostname(), since: new Date().toISOString() }
  const partial = `${holderFile(file)}.partial`
  writeFileSync(partial, JSON.stringify(holder))
  renameSync(partial, holderFile(file))
}

function heldError(file: string): LabError {
  const holder = readHolder(file)
  const who = holder ? `process ${holder.pid} on ${holder.host}, since ${holder.since}` : 'another process'
  return new LabError(
    'locked',
    `The lab at ${file} is in use by ${who}.`,
    'Close that lab first, or give this one another folder with --home.',
  )
}
