import { z } from 'zod'
import type { Connection } from '../connection'
import type { Runs } from './runs'

const rowSchema = z.object({
  /** Unix milliseconds. */
  time: z.number(),
  level: z.enum(['info', 'warning', 'error']),
  message: z.string(),
})
/** A line of a run's log. */
export type LogLine = Readonly<z.infer<typeof rowSchema>>

/** What happened in a run, in words. */
export class Log {
  readonly #runs
  readonly #select
  readonly #insert

  constructor(connection: Connection, runs: Runs) {
    this.#runs = runs
    this.#select = connection.query('SELECT time, level, message FROM log WHERE run = ? ORDER BY id', rowSchema)
    this.#insert = connection.statement('INSERT INTO log (run, time, level, message) VALUES (?, ?, ?, ?)')
  }

  /** Adds a line, timed now. */
  append(run: string, level: LogLine['level'], message: string): void {
    this.#insert.run(this.#runs.number(run), Date.now(), level, message)
  }

  /** Oldest first. */
  list(run: string): LogLine[] {
    return this.#select.all(this.#runs.number(run))
  }
}
