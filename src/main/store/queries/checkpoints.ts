import { z } from 'zod'
import type { Connection } from '../connection'
import type { Runs } from './runs'

const rowSchema = z.object({
  /** Relative to the run's folder. */
  file: z.string(),
  /** Optimizer steps done when it was written. */
  step: z.number(),
  epoch: z.number(),
  bytes: z.number(),
  best: z.number().transform((flag) => flag === 1),
  /** Unix milliseconds. */
  created: z.number(),
})
/** A checkpoint file that was written whole. */
export type Checkpoint = Readonly<z.infer<typeof rowSchema>>

const COLUMNS = 'file, step, epoch, bytes, best, created'

/** Checkpoints of runs. Every change is on the disk when the call returns, and with it all steps recorded before. */
export class Checkpoints {
  readonly #connection
  readonly #runs
  readonly #select
  readonly #insert
  readonly #markBest
  readonly #remove
  readonly #truncate

  constructor(connection: Connection, runs: Runs) {
    this.#connection = connection
    this.#runs = runs
    this.#select = connection.query(
      `SELECT ${COLUMNS} FROM checkpoints WHERE run = ? ORDER BY step, created, file`,
      rowSchema,
    )
    this.#insert = connection.statement(
      'INSERT OR REPLACE INTO checkpoints (run, file, step, epoch, bytes, best, created) VALUES (?, ?, ?, ?, ?, 0, ?)',
    )
    this.#markBest = connection.statement('UPDATE checkpoints SET best = (file = ?) WHERE run = ?')
    this.#remove = connection.statement('DELETE FROM checkpoints WHERE run = ? AND file = ?')
    this.#truncate = connection.statement('DELETE FROM checkpoints WHERE run = ? AND step > ?')
  }

  /** Records a checkpoint, in place of an earlier one of the same file. */
  insert(run: string, checkpoint: Pick<Checkpoint, 'file' | 'step' | 'epoch' | 'bytes'>): void {
    const { file, step, epoch, bytes } = checkpoint
    this.#connection.durably(() => this.#insert.run(this.#runs.number(run), file, step, epoch, bytes, Date.now()))
  }

  /** Oldest first. */
  list(run: string): Checkpoint[] {
    return this.#select.all(this.#runs.number(run))
  }

  /** The one to go on from; null when there is none. */
  last(run: string): Checkpoint | null {
    return this.list(run).at(-1) ?? null
  }

  /** The one marked best; null when none is. */
  best(run: string): Checkpoint | null {
    return this.list(run).find((checkpoint) => checkpoint.best) ?? null
  }

  /** Marks one checkpoint as the run's best, and no other. */
  markBest(run: string, file: string): void {
    this.#connection.durably(() => this.#markBest.run(file, this.#runs.number(run)))
  }

  /** Forgets a checkpoint; its file is the caller's. */
  remove(run: string, file: string): void {
    this.#connection.durably(() => this.#remove.run(this.#runs.number(run), file))
  }

  /** Forgets checkpoints written after `step`. */
  truncate(run: string, step: number): void {
    this.#connection.durably(() => this.#truncate.run(this.#runs.number(run), step))
  }
}
