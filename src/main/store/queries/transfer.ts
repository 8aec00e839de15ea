/**
 * A run between two databases of the lab: out into a database of its own, the heart of a bundle, and in from one. Rows are
 * copied table by table as they are; only what names a place in the other database is replaced.
 */
import { randomUUID } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import Database from 'better-sqlite3'
import { LabError } from '../../../shared/errors'
import { errorCode, type Value } from '../connection'
import { userVersion } from '../migrate'
import { openForWriting } from '../open'
import { type Origin, runId } from './runs'

/** What one run's rows become in the other database. */
export interface Replacement {
  /** Of those of the run, the checkpoint files that come along. */
  readonly checkpoints: readonly string[]
  /** Folder of its data set relative to the lab's, where the data set is new to the database. */
  readonly dataSetFolder: string
  /** When it is brought into another lab, Unix milliseconds; null: it is not. */
  readonly brought: number | null
}

/** Does work in one transaction: all of it or nothing. */
type Transact = <Result>(work: () => Result) => Result

/** A run, and whether it was there before. */
export interface CopiedRun {
  readonly id: string
  readonly existed: boolean
}

interface SourceRun {
  readonly number: number
  readonly id: string
  readonly name: string
  readonly experiment: number
  readonly hash: string
  /** Its id in the lab it was made in. */
  readonly madeAs: string
}

/** The address of a file that SQLite opens for reading only. */
const readOnly = (file: string): string => `${pathToFileURL(file).href}?mode=ro`

/**
 * Copies a run with its experiment, its data set's record and all that was recorded of it.
 * @param database of the target, not in a transaction
 * @param file the source's database
 * @param transact a transaction of `database`
 * @param place called with the run's id in the target before anything is committed: what it throws undoes all
 * @throws what SQLite does
 */
export function copyRun(
  database: Database.Database,
  file: string,
  run: string,
  replacement: Replacement,
  transact: Transact,
  place: (id: string) => void = () => undefined,
): CopiedRun {
  database.prepare('ATTACH DATABASE ? AS source').run(readOnly(file))
  try {
    return transact(() => {
      // Tables are copied one after the other, whichever refers to which.
      database.pragma('defer_foreign_keys = ON')
      const source = sourceRun(database, run)
      const here = sameRun(database, source)
      if (here !== null) return { id: here, existed: true }
      const id = copyRows(database, source, replacement)
      place(id)
      return { id, existed: false }
    })
  } finally {
    database.exec('DETACH DATABASE source')
  }
}

function sourceRun(database: Database.Database, run: string): SourceRun {
  const row = database
    .prepare(
      `SELECT r.number, r.id, coalesce(r.name, e.name) AS name, r.experiment, d.hash,
         coalesce(json_extract(r.origin, '$.id'), r.id) AS madeAs FROM source.runs r
       JOIN source.experiments e ON e.id = r.experiment JOIN source.data_sets d ON d.id = e.data_set WHERE r.id = ?`,
    )
    .get(run)
  if (!row) throw new LabError('bad-input', `There is no run “${run}” in it.`)
  return row as SourceRun
}

/** The same run in the target: made at the same moment under the same id, here or where it came from. */
function sameRun(database: Database.Database, { number, madeAs }: SourceRun): string | null {
  const found = database
    .prepare(
      `SELECT own.id FROM main.runs own JOIN source.runs other ON other.number = ? AND own.created = other.created
         AND own.data_hash = other.data_hash AND own.seed = other.seed
         AND coalesce(json_extract(own.origin, '$.id'), own.id) = ?`,
    )
    .pluck()
    .get(number, madeAs)
  return (found as string | undefined) ?? null
}

function copyRows(
  database: Database.Database,
  source: SourceRun,
  { checkpoints, dataSetFolder, brought }: Replacement,
): string {
  const origin: Origin | null = brought === null ? null : { id: source.madeAs, brought }
  const { lastInsertRowid: experiment } = copyTable(database, 'experiments', ['id = ?', source.experiment], {
    id: null,
    data_set: dataSetFor(database, source, dataSetFolder),
  })
  const { lastInsertRowid } = copyTable(database, 'runs', ['number = ?', source.number], {
    number: null,
    id: randomUUID(), // until it is known which is free
    experiment: Number(experiment),
    queue_position: null,
    trashed: null,
    ...(origin === null ? {} : { origin: JSON.stringify(origin) }),
  })
  const number = Number(lastInsertRowid)
  // It neither trains nor waits in the queue of the other database.
  database
    .prepare(`UPDATE main.runs SET state = 'interrupted' WHERE number = ? AND state IN ('running', 'queued')`)
    .run(number)
  for (const table of tablesOfRuns(database))
    copyTable(database, table, ['run = ?', source.number], { run: number, ...(table === 'log' ? { id: null } : {}) })
  const kept = JSON.stringify(checkpoints)
  database
    .prepare('DELETE FROM main.checkpoints WHERE run = ? AND file NOT IN (SELECT value FROM json_each(?))')
    .run(number, kept)
  return giveId(database, source, number)
}

/** Gives the run the id it had, where that is free. */
function giveId(database: Database.Database, { id, name }: SourceRun, number: number): string {
  const taken = database.prepare('SELECT 1 FROM main.runs WHERE id = ?').get(id)
  const given = taken ? runId(number, name) : id
  database.prepare('UPDATE main.runs SET id = ? WHERE number = ?').run(given, number)
  return given
}

/** The data set of the same content, or a record of one. */
function dataSetFor(database: Database.Database, { hash }: SourceRun, folder: string): string {
  const byHash = database.prepare('SELECT id FROM main.data_sets WHERE hash = ?').pluck()
  const here = byHash.get(hash)
  if (here !== undefined) return here as string
  const id = database.prepare('SELECT id FROM source.data_sets WHERE hash = ?').pluck().get(hash) as string
  const taken = database.prepare('SELECT 1 FROM main.data_sets WHERE id = ?').get(id)
  copyTable(database, 'data_sets', ['hash = ?', hash], {
    id: taken ? `${id}-${hash.slice(12, 18)}` : id,
    folder,
    trashed: null,
  })
  return byHash.get(hash) as string
}

/** Tables whose rows belong to a run. */
const tablesOfRuns = (database: Database.Database): string[] =>
  database
    .prepare(
      `SELECT name FROM main.sqlite_schema WHERE type = 'table'
         AND EXISTS (SELECT 1 FROM pragma_table_info(sqlite_schema.name) WHERE name = 'run') ORDER BY name`,
    )
    .pluck()
    .all() as string[]

/** Copies the rows that fit, with some columns replaced. */
function copyTable(
  database: Database.Database,
  table: string,
  [where, value]: readonly [condition: string, value: Value],
  replaced: Readonly<Record<string, Value>>,
): Database.RunResult {
  const columns = database.prepare(`SELECT name FROM pragma_table_info('${table}', 'main')`).pluck().all() as string[]
  const taken = columns.map((name) => (name in replaced ? '?' : `"${name}"`))
  const values = columns.flatMap((name) => (name in replaced ? [replaced[name]!] : []))
  const names = columns.map((name) => `"${name}"`).join(', ')
  return database
    .prepare(`INSERT INTO main.${table} (${names}) SELECT ${taken.join(', ')} FROM source.${table} WHERE ${where}`)
    .run(...values, value)
}

/**
 * Writes a database that holds one run and nothing else.
 * @param source the lab's database; it may be open
 * @param target a file that is not there yet
 * @throws LabError 'bad-input' when there is no such run, 'storage' when the file cannot be written
 */
export function extractRun(
  source: string,
  target: string,
  run: string,
  checkpoints: readonly string[],
  migrations: readonly string[],
): void {
  const { database } = openForWriting(target, migrations)
  try {
    const transact: Transact = (work) => database.transaction(work).immediate()
    copyRun(database, source, run, { checkpoints, dataSetFolder: '', brought: null }, transact)
    // One file, without a log beside it.
    database.pragma('journal_mode = DELETE')
    database.exec('VACUUM')
  } finally {
    database.close()
  }
}

/**
 * Brings the database of a bundle to the newest form, and makes sure that it is one and nothing else: another's tables, views
 * and triggers would act when they are read.
 * @param file is written when it is of an older form
 * @throws LabError 'bad-input' when it is damaged, of a newer lab, or not such a database
 */
export function checkExtract(file: string, migrations: readonly string[]): void {
  let database: Database.Database | undefined
  try {
    database = new Database(file, { readonly: true })
    const version = userVersion(database)
    if (version > migrations.length)
      throw new LabError('bad-input', 'It was made by a newer HRM Lab.', 'Update this one.')
    if (
      database.pragma('quick_check(1)', { simple: true }) !== 'ok' ||
      !sameForm(database, migrations.slice(0, version))
    )
      throw damaged(null)
  } catch (cause) {
    throw errorCode(cause).startsWith('SQLITE_') ? damaged(cause) : cause
  } finally {
    database?.close()
  }
  openForWriting(file, migrations).database.close()
}

function sameForm(database: Database.Database, migrations: readonly string[]): boolean {
  const fresh = new Database(':memory:')
  try {
    for (const migration of migrations) fresh.exec(migration)
    const [own, right] = [database, fresh].map((one) =>
      JSON.stringify(
        one
          .prepare(
            `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name <> 'sqlite_stat1' ORDER BY type, name`,
          )
          .all(),
      ),
    )
    return own === right
  } finally {
    fresh.close()
  }
}

const damaged = (cause: unknown): LabError =>
  new LabError('bad-input', 'What it holds is damaged.', 'Make the bundle again, or copy it again.', { cause })
