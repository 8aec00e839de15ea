import { z } from 'zod'
import type { Connection } from '../connection'
import { measured } from './rows'
import type { Runs } from './runs'

const rowSchema = z.object({
  epoch: z.number(),
  trainLoss: measured,
  trainAccuracy: measured,
  /** Training alone. */
  trainSeconds: z.number(),
})
/** An epoch's training, averaged over its steps. */
export type EpochRow = Readonly<z.infer<typeof rowSchema>>

/** Epochs as trained; their evaluations stand in {@link Evaluations}. */
export class Epochs {
  readonly #runs
  readonly #select
  readonly #insert
  readonly #delete

  constructor(connection: Connection, runs: Runs) {
    this.#runs = runs
    this.#select = connection.query(
      `SELECT epoch, train_loss AS trainLoss, train_accuracy AS trainAccuracy, train_seconds AS trainSeconds
       FROM epochs WHERE run = ? ORDER BY epoch`,
      rowSchema,
    )
    this.#insert = connection.statement(
      'INSERT OR REPLACE INTO epochs (run, epoch, train_loss, train_accuracy, train_seconds) VALUES (?, ?, ?, ?, ?)',
    )
    this.#delete = connection.statement('DELETE FROM epochs WHERE run = ? AND epoch >= ?')
  }

  /** Records an epoch, in place of an earlier record of it. */
  insert(run: string, { epoch, trainLoss, trainAccuracy, trainSeconds }: EpochRow): void {
    this.#insert.run(this.#runs.number(run), epoch, trainLoss, trainAccuracy, trainSeconds)
  }

  /** In order. */
  list(run: string): EpochRow[] {
    return this.#select.all(this.#runs.number(run))
  }

  /** Forgets epochs ≥ `from`. */
  truncate(run: string, from: number): void {
    this.#delete.run(this.#runs.number(run), from)
  }
}
