import { z } from 'zod'
import { LabError } from '../../../shared/errors'
import { engineInfoSchema, type EngineInfo } from '../../../shared/experiment/engine-info'
import type { Connection } from '../connection'
import { findByReference, json } from './rows'

export const runStates = ['queued', 'running', 'paused', 'interrupted', 'finished', 'stopped', 'failed'] as const
/** paused: halted on request, to be resumed. interrupted: its process or the lab died. stopped: ended early on request, for good. */
export type RunState = (typeof runStates)[number]
const endStates: ReadonlySet<RunState> = new Set(['finished', 'stopped', 'failed'])

/** Where a run came from that was brought as a bundle. */
export const originSchema = z.object({
  /** Its id in the lab it was made in. */
  id: z.string(),
  /** When it was brought, Unix milliseconds. */
  brought: z.number(),
})
/** See {@link originSchema}. */
export type Origin = z.infer<typeof originSchema>

const rowSchema = z.object({
  /** Short, sortable, a folder's name: 0017-hrm-mnist. */
  id: z.string(),
  number: z.number(),
  /** Id of the experiment, and of it: preset, data set (id and name). */
  experiment: z.number(),
  /** Its own where it was renamed, else the experiment's. */
  name: z.string(),
  preset: z.string().nullable(),
  dataSet: z.string(),
  dataSetName: z.string(),
  seed: z.number(),
  state: z.enum(runStates),
  /** Why it is in this state, for people. */
  message: z.string().nullable(),
  /** Content hash of the data it was made with. */
  dataHash: z.string(),
  engine: json(engineInfoSchema).nullable(),
  labVersion: z.string(),
  gitCommit: z.string().nullable(),
  /** Unix milliseconds. */
  created: z.number(),
  started: z.number().nullable(),
  ended: z.number().nullable(),
  /** Training alone, evaluation and pauses excluded. */
  trainSeconds: z.number(),
  notes: z.string(),
  tags: json(z.array(z.string())),
  /** As 'cifar/ablation', shared/runs/folders; null: in none. */
  folder: z.string().nullable(),
  trashed: z.number().nullable(),
  /** null: made here. */
  origin: json(originSchema).nullable(),
  /** Epochs recorded. */
  epochs: z.number(),
  /** Of its checkpoints. */
  bytes: z.number(),
})
/** One execution of an experiment. */
export type Run = Readonly<z.infer<typeof rowSchema>>

export interface NewRun {
  readonly experiment: number
  readonly seed: number
  readonly labVersion: string
  readonly gitCommit: string | null
}

const SELECT = `
  SELECT r.id, r.number, r.experiment, coalesce(r.name, e.name) AS name, e.preset, e.data_set AS dataSet, d.name AS dataSetName, r.seed,
    r.state, r.message, r.data_hash AS dataHash, r.engine, r.lab_version AS labVersion, r.git_commit AS gitCommit, r.created,
    r.started, r.ended, r.train_seconds AS trainSeconds, r.notes, r.tags, r.folder, r.trashed, r.origin,
    (SELECT count(*) FROM epochs WHERE epochs.run = r.number) AS epochs,
    (SELECT coalesce(sum(bytes), 0) FROM checkpoints WHERE checkpoints.run = r.number) AS bytes
  FROM runs r JOIN experiments e ON e.id = r.experiment JOIN data_sets d ON d.id = e.data_set`

const idRow = z.object({ id: z.string() })

/** Runs. Every change of them is on the disk when the call returns. */
export class Runs {
  readonly #connection
  readonly #all
  readonly #byId
  readonly #number
  readonly #experiment
  readonly #insert
  readonly #setId
  readonly #setState
  readonly #setEngine
  readonly #rename
  readonly #setNotes
  readonly #setTags
  readonly #setFolder
  readonly #setTrashed
  readonly #queue
  readonly #lastPosition
  readonly #setPosition
  readonly #interrupt
  readonly #delete
  readonly #deleteExperiment

  constructor(connection: Connection) {
    this.#connection = connection
    this.#all = connection.query(`${SELECT} ORDER BY r.number`, rowSchema)
    this.#byId = connection.query(`${SELECT} WHERE r.id = ?`, rowSchema)
    this.#number = connection.query('SELECT number FROM runs WHERE id = ?', z.object({ number: z.number() }))
    this.#experiment = connection.query(
      'SELECT e.name, d.hash FROM experiments e JOIN data_sets d ON d.id = e.data_set WHERE e.id = ?',
      z.object({ name: z.string(), hash: z.string() }),
    )
    this.#insert = connection.statement(
      `INSERT INTO runs (id, experiment, seed, state, data_hash, lab_version, git_commit, created)
       VALUES ('', ?, ?, 'queued', ?, ?, ?, ?)`,
    )
    this.#setId = connection.statement('UPDATE runs SET id = ? WHERE number = ?')
    this.#setState = connection.statement(
      `UPDATE runs SET state = ?, message = ?, train_seconds = coalesce(?, train_seconds),
         started = coalesce(started, ?), ended = ? WHERE id = ?`,
    )
    this.#setEngine = connection.statement('UPDATE runs SET engine = ? WHERE id = ?')
    this.#rename = connection.statement('UPDATE runs SET name = ? WHERE id = ?')
    this.#setNotes = connection.statement('UPDATE runs SET notes = ? WHERE id = ?')
    this.#setTags = connection.statement('UPDATE runs SET tags = ? WHERE id = ?')
    this.#setFolder = connection.statement('UPDATE runs SET folder = ? WHERE id = ?')
    this.#setTrashed = connection.statement('UPDATE runs SET trashed = ? WHERE id = ?')
    this.#queue = connection.query(
      `${SELECT} WHERE r.queue_position IS NOT NULL AND r.trashed IS NULL
         AND r.state IN ('queued', 'running', 'paused', 'interrupted') ORDER BY r.queue_position, r.number`,
      rowSchema,
    )
    this.#lastPosition = connection.query(
      'SELECT coalesce(max(queue_position), 0) AS last FROM runs',
      z.object({ last: z.number() }),
    )
    this.#setPosition = connection.statement('UPDATE runs SET queue_position = ? WHERE id = ?')
    this.#interrupt = connection.query(
      `UPDATE runs SET state = 'interrupted', message = 'The lab ended while this run was training.'
       WHERE state = 'running' RETURNING id`,
      idRow,
    )
    this.#delete = connection.query(
      'DELETE FROM runs WHERE id = ? RETURNING experiment',
      z.object({ experiment: z.number() }),
    )
    this.#deleteExperiment = connection.statement(
      'DELETE FROM experiments WHERE id = ? AND NOT EXISTS (SELECT 1 FROM runs WHERE experiment = experiments.id)',
    )
  }

  /** Queues a run; the data's hash is taken from the experiment's data set. */
  insert({ experiment, seed, labVersion, gitCommit }: NewRun): Run {
    return this.#connection.durably(() => {
      const of = this.#experiment.first(experiment)
      if (!of) throw new LabError('not-found', `There is no experiment ${experiment}.`)
      const number = this.#insert.run(experiment, seed, of.hash, labVersion, gitCommit, Date.now()).inserted
      const id = runId(number, of.name)
      this.#setId.run(id, number)
      return this.#byId.first(id)!
    })
  }

  /** Oldest first; those in the trash only when asked for. */
  list({ trashed = false } = {}): Run[] {
    return this.#all.all().filter((run) => (run.trashed !== null) === trashed)
  }

  /**
   * By id, number (17), experiment name, or the beginning of an id; in the trash by whole id only.
   * @throws LabError 'not-found', or 'bad-input' when several fit
   */
  get(reference: string): Run {
    const exact = this.#byId.first(reference)
    if (exact) return exact
    const runs = this.#all.all()
    const numbered = /^\d+$/.test(reference) && runs.find((r) => r.number === Number(reference) && r.trashed === null)
    return numbered || findByReference(runs, reference, { what: 'run', list: 'hrm-lab runs' })
  }

  /** The number that other tables know the run `id` by. @throws LabError 'not-found' */
  number(id: string): number {
    const row = this.#number.first(id)
    if (!row) throw new LabError('not-found', `There is no run “${id}”.`, '`hrm-lab runs` lists them.')
    return row.number
  }

  /**
   * Moves the run to a state. 'running' notes the start (once), an end state the end; resuming clears the end.
   * @param message why, for people; null clears it
   * @param trainSeconds training time so far; left as it was when not given
   */
  setState(id: string, state: RunState, message: string | null = null, trainSeconds: number | null = null): void {
    const started = state === 'running' ? Date.now() : null
    const ended = endStates.has(state) ? Date.now() : null
    this.#change(id, () => this.#setState.run(state, message, trainSeconds, started, ended, id))
  }

  /** Records what the run is trained by. */
  setEngine(id: string, engine: EngineInfo): void {
    this.#change(id, () => this.#setEngine.run(JSON.stringify(engine), id))
  }

  /** Gives the run a name of its own; its experiment's other runs keep theirs, and every id stays. */
  rename(id: string, name: string): void {
    this.#change(id, () => this.#rename.run(name, id))
  }

  setNotes(id: string, notes: string): void {
    this.#change(id, () => this.#setNotes.run(notes, id))
  }

  setTags(id: string, tags: readonly string[]): void {
    this.#change(id, () => this.#setTags.run(JSON.stringify(tags), id))
  }

  /** Puts the run into a folder; null: takes it out of the one it is in. */
  setFolder(id: string, folder: string | null): void {
    this.#change(id, () => this.#setFolder.run(folder, id))
  }

  /** Runs with a place in the queue that have not ended, first to run first; the one that runs is among them. */
  queue(): Run[] {
    return this.#queue.all()
  }

  /** A place behind all that were given. */
  nextQueuePosition(): number {
    return this.#lastPosition.first()!.last + 1
  }

  /** Places the run in the queue, lowest first; null takes it out. */
  setQueuePosition(id: string, position: number | null): void {
    this.setQueuePositions([[id, position]])
  }

  /** Several places at once: all or none. */
  setQueuePositions(places: readonly (readonly [id: string, position: number | null])[]): void {
    this.#connection.durably(() => {
      for (const [id, position] of places) this.#change(id, () => this.#setPosition.run(position, id))
    })
  }

  /** Out of the lists, everything kept. */
  trash(id: string): void {
    this.#change(id, () => this.#setTrashed.run(Date.now(), id))
  }

  /** Back out of the trash. */
  restore(id: string): void {
    this.#change(id, () => this.#setTrashed.run(null, id))
  }

  /** Deletes the run and everything recorded of it, for good; with its last run an experiment goes too. */
  remove(id: string): void {
    this.#connection.durably(() => {
      const deleted = this.#delete.all(id)[0]
      if (!deleted)
        this.number(id) // Throws: there is no such run.
      else this.#deleteExperiment.run(deleted.experiment)
    })
  }

  /** A lab that opens finds no run running: those that were become interrupted. @returns their ids */
  markInterrupted(): string[] {
    return this.#connection.durably(() => this.#interrupt.all()).map((row) => row.id)
  }

  #change(id: string, change: () => { readonly changes: number }): void {
    const { changes } = this.#connection.durably(change)
    if (changes === 0) this.number(id) // Throws: there is no such run.
  }
}

/** 17, 'HRM on MNIST!' → '0017-hrm-on-mnist'. */
export function runId(number: number, name: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '')
  return [String(number).padStart(4, '0'), ...(words ? [words] : [])].join('-')
}
