import { z } from 'zod'
import type { Connection } from '../connection'
import { json } from './rows'
import type { Runs } from './runs'

/** How much memory the engine had. */
export interface MemorySample {
  /** Optimizer steps done. */
  readonly steps: number
  /** Of the engine process; the largest since the sample before. */
  readonly residentBytes: number
}

/** Samples as columns, in order. */
export interface MemoryColumns {
  readonly steps: readonly number[]
  readonly residentBytes: readonly number[]
}

const columnsSchema = z.object({ steps: json(z.array(z.number())), residentBytes: json(z.array(z.number())) })

/** The engine's memory while it trained, about once a second. */
export class Memory {
  readonly #runs
  readonly #select
  readonly #insert
  readonly #delete

  constructor(connection: Connection, runs: Runs) {
    this.#runs = runs
    // One row of two columns: days of a run are hundreds of thousands of samples.
    this.#select = connection.query(
      `SELECT json_group_array(steps) AS steps, json_group_array(resident_bytes) AS residentBytes
       FROM (SELECT steps, resident_bytes FROM memory_samples WHERE run = ? AND steps > ? ORDER BY steps)`,
      columnsSchema,
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

  /** Those after more than `after` steps. */
  columns(run: string, after = -1): MemoryColumns {
    return this.#select.first(this.#runs.number(run), after)!
  }

  /** Forgets samples after more than `steps` steps. */
  truncate(run: string, steps: number): void {
    this.#delete.run(this.#runs.number(run), steps)
  }
}
