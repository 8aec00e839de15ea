import type Database from 'better-sqlite3'
import { LabError } from '../../shared/errors'
import { Connection } from './connection'
import { copyDatabase, type CopyOptions } from './copy'
import { lockForWriting, type WriterLock } from './lock'
import { migrations as allMigrations } from './migrations/index'
import { openForReading, openForWriting, requireWritableFolder } from './open'
import { Checkpoints } from './queries/checkpoints'
import { DataSets } from './queries/data-sets'
import { Epochs } from './queries/epochs'
import { Evaluations } from './queries/evaluations'
import { Experiments } from './queries/experiments'
import { ImagePredictions } from './queries/image-predictions'
import { Log } from './queries/log'
import { Marks } from './queries/marks'
import { Memory } from './queries/memory'
import { Questions } from './queries/questions'
import { Runs } from './queries/runs'
import { Settings } from './queries/settings'
import { Steps } from './queries/steps'
import { checkExtract, type CopiedRun, copyRun, extractRun, type Replacement } from './queries/transfer'

export interface StoreOptions {
  /** Read only: needs no lock, works beside a writer; every write fails. */
  readonly readOnly?: boolean
  /** The database's forms; others than the lab's own only in tests. */
  readonly migrations?: readonly string[]
}

/**
 * Everything the lab records, in one SQLite file (and its log while open). One process writes; any number read.
 * All calls are synchronous. Never open the file by other means in this process: closing it would drop SQLite's locks.
 */
export class Store {
  readonly file: string
  readonly readOnly: boolean
  /** What a person should be told about the opening: an upgrade and where the copy is, runs found interrupted. */
  readonly notices: readonly string[]
  readonly dataSets: DataSets
  readonly experiments: Experiments
  readonly runs: Runs
  readonly steps: Steps
  readonly memory: Memory
  readonly epochs: Epochs
  readonly evaluations: Evaluations
  readonly imagePredictions: ImagePredictions
  readonly marks: Marks
  readonly checkpoints: Checkpoints
  readonly log: Log
  readonly settings: Settings
  readonly questions: Questions
  readonly #connection: Connection
  readonly #database: Database.Database
  readonly #lock: WriterLock | null

  /** @internal use {@link openStore} */
  constructor(file: string, database: Database.Database, lock: WriterLock | null, copy: string | null) {
    this.file = file
    this.readOnly = lock === null
    this.#database = database
    this.#lock = lock
    const connection = new Connection(database, file)
    this.#connection = connection
    this.dataSets = new DataSets(connection)
    this.experiments = new Experiments(connection)
    this.runs = new Runs(connection)
    this.steps = new Steps(connection, this.runs)
    this.memory = new Memory(connection, this.runs)
    this.epochs = new Epochs(connection, this.runs)
    this.evaluations = new Evaluations(connection, this.runs)
    this.imagePredictions = new ImagePredictions(connection, this.runs)
    this.marks = new Marks(connection)
    this.checkpoints = new Checkpoints(connection, this.runs)
    this.log = new Log(connection, this.runs)
    this.settings = new Settings(connection)
    this.questions = new Questions(connection)
    this.notices = [
      ...(copy ? [`The database was upgraded; its former state is kept as ${copy}.`] : []),
      ...(lock ? this.runs.markInterrupted() : []).map((id) => `Run ${id} was interrupted; it can be resumed.`),
    ]
  }

  /** All of `work` or nothing, and on the disk when it returns. `work` must not await. */
  transaction<Result>(work: () => Result): Result {
    return this.#connection.durably(work)
  }

  /**
   * Forgets what a run recorded past a checkpoint, before it goes on from there: steps ≥ `step`, epochs ≥ `epoch` with
   * their evaluations, memory samples and checkpoints after `step`.
   */
  rewind(run: string, at: { readonly step: number; readonly epoch: number }): void {
    this.transaction(() => {
      this.steps.truncate(run, at.step)
      this.memory.truncate(run, at.step)
      this.epochs.truncate(run, at.epoch)
      this.evaluations.truncate(run, at.epoch)
      this.checkpoints.truncate(run, at.step)
    })
  }

  /**
   * Writes a database that holds one run and nothing else, to be taken in elsewhere.
   * @param file that is not there yet
   * @param checkpoints files of the run that go along
   * @throws LabError 'bad-input' when there is no such run, 'storage' when it cannot be written
   */
  extractRun(run: string, file: string, checkpoints: readonly string[]): void {
    extractRun(this.file, file, run, checkpoints, allMigrations)
  }

  /**
   * Takes in the run of a database that {@link extractRun} wrote, here or in another lab; it keeps its id where that is free.
   * @param file is brought to the newest form
   * @param place called with its id before anything is committed: what it throws undoes all
   * @throws LabError 'bad-input' when the database is damaged, newer, or holds what the lab cannot read
   */
  takeIn(file: string, run: string, replacement: Omit<Replacement, 'brought'>, place: (id: string) => void): CopiedRun {
    checkExtract(file, allMigrations)
    const transact = <Result>(work: () => Result): Result => this.transaction(work)
    return copyRun(this.#database, file, run, { ...replacement, brought: Date.now() }, transact, (id) => {
      this.#requireReadable(id)
      place(id)
    })
  }

  /** Reads what every list reads, so that a run that cannot be read is refused before it is here. */
  #requireReadable(id: string): void {
    try {
      const run = this.runs.get(id)
      this.experiments.get(run.experiment)
      this.dataSets.get(run.dataSet)
      this.checkpoints.list(id)
      this.epochs.list(id)
      this.evaluations.list(id)
      this.log.list(id)
      for (const _ of this.steps.blocks(id)) continue
    } catch (cause) {
      throw new LabError('bad-input', 'It holds what this lab cannot read.', 'Make the bundle again.', { cause })
    }
  }

  /** Bytes that a copy of the database has. */
  get bytes(): number {
    const [pages, page] = ['page_count', 'page_size'].map((name) =>
      Number(this.#database.pragma(name, { simple: true })),
    )
    return pages! * page!
  }

  /**
   * Copies the whole database to a new file; on the disk when it resolves.
   * @throws LabError 'storage'; what the signal was aborted with
   */
  copyTo(file: string, options: CopyOptions): Promise<void> {
    return copyDatabase(this.#database, file, options)
  }

  /** Moves the log into the database, closes it, and gives up the writer's lock. */
  close(): void {
    if (!this.#database.open) return
    try {
      if (!this.readOnly) {
        this.#database.pragma('optimize')
        this.#database.pragma('wal_checkpoint(TRUNCATE)')
      }
    } finally {
      this.#database.close()
      this.#lock?.release()
    }
  }
}

/**
 * Opens the lab's database, making or upgrading it where needed (see open.ts). Runs found 'running' become 'interrupted'.
 * @param file path of the database, e.g. home.database
 * @throws LabError 'locked' when another process writes it (naming it); 'storage' when it cannot be written, is damaged (kept
 *   aside as FILE.damaged-DATE), of a newer lab or another program's; 'not-found' when only reading and it is not there
 */
export function openStore(file: string, options: StoreOptions = {}): Store {
  const migrations = options.migrations ?? allMigrations
  if (options.readOnly) return new Store(file, openForReading(file, migrations), null, null)
  requireWritableFolder(file)
  const lock = lockForWriting(file)
  let database: Database.Database | undefined
  try {
    const opened = openForWriting(file, migrations)
    database = opened.database
    return new Store(file, database, lock, opened.copy)
  } catch (error) {
    database?.close()
    lock.release()
    throw error
  }
}
