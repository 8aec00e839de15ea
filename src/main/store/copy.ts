import type Database from 'better-sqlite3'
import { LabError } from '../../shared/errors'
import { storageError } from './connection'
import { migrations as allMigrations } from './migrations/index'
import { openForWriting } from './open'

/** Pages copied between two looks at whether it is to end: some tens of milliseconds. */
const PAGES_AT_ONCE = 2048

/** How to follow a copy and end it. */
export interface CopyOptions {
  readonly signal?: AbortSignal | undefined
  /** Bytes so far. */
  readonly onBytes?: (done: number) => void
}

/**
 * Copies an open database to a new file, as it is when the copy ends; on the disk when it resolves.
 * @throws LabError 'storage' when it cannot be written; what `signal` was aborted with
 */
export async function copyDatabase(
  database: Database.Database,
  file: string,
  { signal, onBytes }: CopyOptions,
): Promise<void> {
  const pageBytes = database.pragma('page_size', { simple: true }) as number
  try {
    await database.backup(file, {
      progress: ({ totalPages, remainingPages }) => {
        signal?.throwIfAborted()
        onBytes?.((totalPages - remainingPages) * pageBytes)
        return PAGES_AT_ONCE
      },
    })
  } catch (error) {
    throw storageError(error, file)
  }
}

/**
 * Opens a copy as a lab would, reads all of it, and closes it.
 * @throws LabError 'storage' when it is not whole, or lies where no lab's database can be kept
 */
export function checkDatabase(file: string): void {
  const { database } = openForWriting(file, allMigrations)
  let found: string
  try {
    found = String(database.pragma('integrity_check(1)', { simple: true }))
  } finally {
    database.close()
  }
  if (found !== 'ok')
    throw new LabError('storage', `The copy ${file} is damaged (${found.replaceAll('\n', ' ')}).`, 'Check its disk.')
}
