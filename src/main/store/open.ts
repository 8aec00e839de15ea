import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { LabError } from '../../shared/errors'
import { errorCode, storageError } from './connection'
import { freeName, migrate, refuseForeign, stamp, userVersion } from './migrate'

// better-sqlite3 reads this once, when the first database is opened; connectForReading needs it.
process.env['SQLITE_USE_URI'] = '1'

/** Before 3.51.3 a WAL reset could lose committed pages (the "WAL-reset bug"). */
const OLDEST_SQLITE = '3.51.3'
/** Bytes; larger than SQLite's 4096 because most rows are blobs of 16 KiB. */
const PAGE_SIZE = 8192
/**
 * Pages in the log before they are moved to the database: 64 MiB. Moving waits for the disk (about 10 ms a MiB on a slow
 * one), so it should be rare; what is in the log is as safe as what is in the database.
 */
const PAGES_BEFORE_CHECKPOINT = 8192
/** KiB of pages kept in memory at most: a long run's steps in one transaction need not be written twice. */
const CACHE_KIB = 65_536
const BUSY_TIMEOUT_MS = 5000

/**
 * Opens the database for writing: makes it, checks it, brings it to the newest version. The caller holds the writer's lock.
 * @returns the database, and the copy kept before an upgrade (or null)
 * @throws LabError 'storage' when it cannot be written, is damaged (it is then kept aside), newer, or another program's
 */
export function openForWriting(file: string, migrations: readonly string[]) {
  if (existsSync(file)) inspect(file, migrations.length)
  const database = new Database(file, { timeout: BUSY_TIMEOUT_MS })
  try {
    requireSqlite(database)
    database.pragma('foreign_keys = OFF')
    database.pragma(`page_size = ${PAGE_SIZE}`)
    const mode = database.pragma('journal_mode = WAL', { simple: true })
    if (mode !== 'wal') throw new LabError('storage', `${file} lies on a file system without WAL (mode ${mode}).`)
    database.pragma('synchronous = FULL')
    const copy = migrate(database, file, migrations)
    database.pragma('synchronous = NORMAL')
    database.pragma('foreign_keys = ON')
    database.pragma(`cache_size = -${CACHE_KIB}`)
    database.pragma(`wal_autocheckpoint = ${PAGES_BEFORE_CHECKPOINT}`)
    database.pragma(`journal_size_limit = ${PAGE_SIZE * PAGES_BEFORE_CHECKPOINT}`)
    return { database, copy }
  } catch (error) {
    database.close()
    throw storageError(error, file)
  }
}

/**
 * Opens the database for reading, also while another process writes it, and from a folder that cannot be written.
 * @throws LabError 'not-found' when there is none, 'outdated' when it must be upgraded first, 'storage' when it is newer or cannot be read
 */
export function openForReading(file: string, migrations: readonly string[]): Database.Database {
  if (!existsSync(file)) {
    throw new LabError('not-found', `There is no lab at ${file} yet.`, 'Import a data set first: hrm-lab import PATH.')
  }
  const database = connectForReading(file)
  try {
    requireSqlite(database)
    refuseForeign(database, file, migrations.length)
    const version = userVersion(database)
    if (version < migrations.length) {
      throw new LabError(
        'outdated',
        `The database ${file} has version ${version}; this lab reads version ${migrations.length}.`,
        'Open the lab once for writing: that upgrades it, and keeps a copy.',
      )
    }
    return database
  } catch (error) {
    database.close()
    throw storageError(error, file)
  }
}

/** Makes the database's folder. @throws LabError 'storage' when it cannot be made or written */
export function requireWritableFolder(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true })
    accessSync(dirname(file), constants.W_OK)
    if (existsSync(file)) accessSync(file, constants.W_OK)
  } catch (cause) {
    throw storageError(cause, file)
  }
}

/** Looks at an existing file without writing to it. @throws LabError when it must not be opened; damaged: after keeping it aside */
function inspect(file: string, newest: number): void {
  const database = new Database(file, { readonly: true, timeout: BUSY_TIMEOUT_MS })
  let damage: string
  try {
    refuseForeign(database, file, newest)
    damage = String(database.pragma('quick_check(1)', { simple: true }))
  } catch (error) {
    if (!/^SQLITE_(CORRUPT|NOTADB)/.test(errorCode(error))) throw storageError(error, file)
    damage = (error as Error).message
  } finally {
    database.close()
  }
  if (damage !== 'ok') throw keepAside(file, damage)
}

/** Renames the damaged database, with its log, so that the next start begins anew and nothing is overwritten. */
function keepAside(file: string, damage: string): LabError {
  const aside = freeName(`${file}.damaged-${stamp()}`)
  renameSync(file, aside)
  const log = `${file}-wal`
  if (existsSync(log) && statSync(log).size > 0) renameSync(log, `${aside}-wal`)
  else rmSync(log, { force: true })
  rmSync(`${file}-shm`, { force: true }) // SQLite's index of the log; it makes it anew
  return new LabError(
    'storage',
    `The database ${file} is damaged (${damage.replaceAll('\n', ' ')}). It was kept as ${aside}.`,
    `Put a copy of yours in its place, or try to rescue it: sqlite3 '${aside}' .recover | sqlite3 '${file}'. ` +
      'Starting the lab again without that begins an empty one; data set and run folders stay where they are.',
  )
}

/**
 * Connects for reading. In a folder that cannot be written SQLite cannot share a log; it needs none when the last writer
 * closed: the file is then whole, and nobody will change it under us.
 */
function connectForReading(file: string): Database.Database {
  const options = { readonly: true, timeout: BUSY_TIMEOUT_MS }
  let database: Database.Database | undefined
  try {
    database = new Database(file, options)
    database.pragma('schema_version')
    return database
  } catch (error) {
    database?.close()
    const log = `${file}-wal`
    const pending = existsSync(log) && statSync(log).size > 0
    if (pending || !/^SQLITE_(CANTOPEN|READONLY)/.test(errorCode(error))) throw storageError(error, file)
    return new Database(`${pathToFileURL(file).href}?immutable=1`, options)
  }
}

function requireSqlite(database: Database.Database): void {
  const version = database.prepare('SELECT sqlite_version()').pluck().get() as string
  const order = version.localeCompare(OLDEST_SQLITE, 'en', { numeric: true })
  if (order < 0)
    throw new LabError('storage', `SQLite ${version} is too old; ${OLDEST_SQLITE} is needed.`, 'Run npm ci.')
}
