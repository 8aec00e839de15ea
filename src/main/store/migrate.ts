import { existsSync, renameSync, rmSync } from 'node:fs'
import type Database from 'better-sqlite3'
import { LabError } from '../../shared/errors'

/** Marks a database as the lab's ('HRML'). */
export const APPLICATION_ID = 0x48524d4c

/**
 * Brings `database` to the newest version, each migration in a transaction of its own. A database that holds something
 * is first copied to `file`.before-vN-DATE.
 * Foreign keys must be off (a migration may rebuild a table); they are checked before each commit.
 * @returns the copy's path, or null when nothing had to be kept
 */
export function migrate(database: Database.Database, file: string, migrations: readonly string[]): string | null {
  const from = userVersion(database)
  if (from === migrations.length) return null
  const copy = from > 0 ? backUp(database, file, migrations.length) : null
  for (let version = from + 1; version <= migrations.length; version++) {
    database
      .transaction(() => {
        database.exec(migrations[version - 1]!)
        const broken = database.pragma('foreign_key_check') as unknown[]
        if (broken.length > 0) throw new Error(`Migration ${version} leaves ${broken.length} broken references.`)
        database.pragma(`application_id = ${APPLICATION_ID}`)
        database.pragma(`user_version = ${version}`)
      })
      .exclusive()
  }
  return copy
}

/** The form the database has; 0 when it is empty. */
export const userVersion = (database: Database.Database): number =>
  database.pragma('user_version', { simple: true }) as number

/** @throws LabError 'storage' when the database is of a newer lab, or not a lab's at all */
export function refuseForeign(database: Database.Database, file: string, newest: number): void {
  const application = database.pragma('application_id', { simple: true }) as number
  const version = userVersion(database)
  const empty = (database.pragma('schema_version', { simple: true }) as number) === 0
  if (!empty && application !== APPLICATION_ID) {
    throw new LabError('storage', `${file} is a database of another program.`, 'Choose another folder with --home.')
  }
  if (version > newest) {
    throw new LabError(
      'storage',
      `The database ${file} has version ${version}, made by a newer HRM Lab; this one knows versions up to ${newest}.`,
      'Update HRM Lab, or choose another folder with --home.',
    )
  }
}

/** Copies the database whole or not at all. */
function backUp(database: Database.Database, file: string, version: number): string {
  const copy = freeName(`${file}.before-v${version}-${stamp()}`)
  const partial = `${copy}.partial`
  rmSync(partial, { force: true })
  database.prepare('VACUUM INTO ?').run(partial)
  renameSync(partial, copy)
  return copy
}

/** Now, as part of a file name: 20261103T225224Z. */
export const stamp = (): string => new Date().toISOString().replace(/[-:]|\.\d+/g, '')

/** `path`, or `path`-2, -3 … when it is taken. */
export function freeName(path: string): string {
  let free = path
  for (let n = 2; existsSync(free); n++) free = `${path}-${n}`
  return free
}
