import { z } from 'zod'
import type { Connection } from '../connection'
import type { Runs } from './runs'

const rowSchema = z.object({
  /** Optimizer steps done. */
  steps: z.number(),
  /** Of the engine process; the largest since the sample before. */
  residentBytes: z.number(),
})
/** How much memory the engine had. */
export type MemorySample = Readonly<z.infer<typeof rowSchema>>

/** The engine's memory while it trained, about once a second. */
export class Memory {
  readonly #runs
  readonly #select
  readonly #insert
  readonly #delete

  constructor(connection: Connection, runs: Runs) {
    this.#runs = runs
    this.#select = connection.query(
      'SELECT steps, resident_bytes AS residentBytes FROM memory_samples WHERE run = ? AND steps > ? ORDER BY steps',
      rowSchema,
    )
    this.#insert = connection.statement(
      `INSERT INTO memory_samples (run, steps, resident_bytes) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET resident_bytes = max(resident_bytes, excluded.resident_bytes)`,
    )
    this.#delete = connection.statement('DELETE FROM memory_samples WHERE run = ? AND steps > ?')
  }

  /** Records a sample; of two after the same step the larger stays. */
  insert(run: string, { steps, residentBytes }: MemorySample): void {
    this.#insert.run(this.#runs.number(run), steps, Math.round(residentBytes))
  }

  /** In order, those after more than `after` steps. */
  list(run: string, after = -1): MemorySample[] {
    return this.#select.all(this.#runs.number(run), after)
  }

  /** Forgets samples after more than `steps` steps. */
  truncate(run: string, steps: number): void {
    this.#delete.run(this.#runs.number(run), steps)
  }
}
