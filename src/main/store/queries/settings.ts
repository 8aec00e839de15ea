import { z } from 'zod'
import type { Connection } from '../connection'
import { json } from './rows'

/** What the lab and its windows remember over a restart: JSON by key. */
export class Settings {
  readonly #connection
  readonly #select
  readonly #replace
  readonly #delete

  constructor(connection: Connection) {
    this.#connection = connection
    this.#select = connection.query('SELECT value FROM settings WHERE key = ?', z.object({ value: json(z.unknown()) }))
    this.#replace = connection.statement('INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)')
    this.#delete = connection.statement('DELETE FROM settings WHERE key = ?')
  }

  /** The value as it was set; null when there is none. */
  get(key: string): unknown {
    return this.#select.first(key)?.value ?? null
  }

  /** Keeps a value JSON can hold, in place of the one before; null forgets it. On the disk when it returns. */
  set(key: string, value: unknown): void {
    this.#connection.durably(() =>
      value === null || value === undefined ? this.#delete.run(key) : this.#replace.run(key, JSON.stringify(value)),
    )
  }
}
