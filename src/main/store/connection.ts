import type Database from 'better-sqlite3'
import type { z } from 'zod'
import { LabError } from '../../shared/errors'

/** A value SQLite can bind. */
export type Value = string | number | null | Uint8Array

/** A prepared SELECT whose rows are parsed. */
export interface Query<Row> {
  /** The first row, or null. */
  first(...values: Value[]): Row | null
  all(...values: Value[]): Row[]
}

/** A prepared INSERT, UPDATE or DELETE. */
export interface Statement {
  run(...values: Value[]): { readonly changes: number; readonly inserted: number }
}

/** What the queries need of SQLite: prepared statements with parsed rows, transactions, and errors a person can act on. */
export class Connection {
  readonly file: string
  readonly #database: Database.Database

  /** @param file the name to show */
  constructor(database: Database.Database, file: string) {
    this.#database = database
    this.file = file
  }

  /** Prepares a SELECT; each row is parsed by `schema`. */
  query<Schema extends z.ZodType>(sql: string, schema: Schema): Query<z.infer<Schema>> {
    const statement = this.#database.prepare(sql)
    return {
      first: (...values) => {
        const row = this.#guard(() => statement.get(...values))
        return row === undefined ? null : schema.parse(row)
      },
      all: (...values) => this.#guard(() => statement.all(...values)).map((row) => schema.parse(row)),
    }
  }

  /** Prepares a statement that writes. */
  statement(sql: string): Statement {
    const statement = this.#database.prepare(sql)
    return {
      run: (...values) => {
        const result = this.#guard(() => statement.run(...values))
        return { changes: result.changes, inserted: Number(result.lastInsertRowid) }
      },
    }
  }

  /** All of `work` or nothing. A kill of this process loses none of it; a power cut may lose the last moments. */
  atomically<Result>(work: () => Result): Result {
    return this.#guard(() => this.#database.transaction(work).immediate())
  }

  /** All of `work` or nothing, and on the disk when it returns. Inside another transaction it is that one's part. */
  durably<Result>(work: () => Result): Result {
    if (this.#database.inTransaction) return this.atomically(work)
    this.#database.pragma('synchronous = FULL')
    try {
      return this.atomically(work)
    } finally {
      this.#database.pragma('synchronous = NORMAL')
    }
  }

  #guard<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (cause) {
      if (this.#database.readonly && errorCode(cause).startsWith('SQLITE_READONLY')) {
        throw new LabError('storage', `The lab at ${this.file} was opened for reading only.`, null, { cause })
      }
      throw storageError(cause, this.file)
    }
  }
}

const reasons: readonly [code: RegExp, reason: string, hint: string][] = [
  [
    /^(SQLITE_FULL|ENOSPC|EDQUOT)/,
    'there is no room left on its disk',
    'Free some space and start again; what was recorded is kept.',
  ],
  [
    /^(SQLITE_(READONLY|PERM|CANTOPEN)|EACCES|EPERM|EROFS|ENOTDIR|EEXIST)/,
    'it cannot be written',
    'Give it and its folder write permission, or choose another folder with --home or HRM_LAB_HOME.',
  ],
  [/^SQLITE_(BUSY|LOCKED)/, 'another program holds it', 'Close programs that have the database open and try again.'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'it is damaged', 'Start the lab again: it checks the file and keeps it aside.'],
  [/^SQLITE_IOERR/, 'its disk reported an error', 'Check the disk and copy the lab’s folder elsewhere.'],
]

/** Failures of SQLite and of the file system that a person can act on, as LabError 'storage'; everything else as it is. */
export function storageError(cause: unknown, file: string): unknown {
  const code = errorCode(cause)
  const known = reasons.find(([pattern]) => pattern.test(code))
  if (!known) return cause
  return new LabError('storage', `The lab’s database ${file} failed: ${known[1]} (${code}).`, known[2], { cause })
}

/** The code of an error of SQLite ('SQLITE_FULL') or of the file system ('EACCES'); '' for others. */
export function errorCode(error: unknown): string {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : ''
}
