import { z } from 'zod'
import { verdicts, type QuestionChange } from '../../../shared/contract/notebook'
import { LabError } from '../../../shared/errors'
import type { Connection } from '../connection'
import { json } from './rows'

const rowSchema = z.object({
  number: z.number(),
  question: z.string(),
  text: z.string(),
  verdict: z.enum(verdicts),
  reason: z.string(),
  runs: json(z.array(z.string())),
  created: z.number(),
  changed: z.number(),
  trashed: z.number().nullable(),
})
/** A question of the notebook, with the runs that are to answer it. Times are Unix milliseconds. */
export type QuestionRow = Readonly<z.infer<typeof rowSchema>>

const SELECT = 'SELECT number, question, text, verdict, reason, runs, created, changed, trashed FROM questions'

/** The notebook. Every change of it is on the disk when the call returns. */
export class Questions {
  readonly #connection
  readonly #all
  readonly #one
  readonly #insert
  readonly #update
  readonly #setTrashed
  readonly #delete

  constructor(connection: Connection) {
    this.#connection = connection
    this.#all = connection.query(`${SELECT} ORDER BY number`, rowSchema)
    this.#one = connection.query(`${SELECT} WHERE number = ?`, rowSchema)
    this.#insert = connection.statement('INSERT INTO questions (question, runs, created, changed) VALUES (?, ?, ?, ?)')
    this.#update = connection.statement(
      'UPDATE questions SET question = ?, text = ?, verdict = ?, reason = ?, runs = ?, changed = ? WHERE number = ?',
    )
    this.#setTrashed = connection.statement('UPDATE questions SET trashed = ? WHERE number = ?')
    this.#delete = connection.statement('DELETE FROM questions WHERE number = ?')
  }

  /** Oldest first; those in the trash only when asked for. */
  list({ trashed = false } = {}): QuestionRow[] {
    return this.#all.all().filter((row) => (row.trashed !== null) === trashed)
  }

  /** @throws LabError 'not-found' */
  get(number: number): QuestionRow {
    const row = this.#one.first(number)
    if (row) return row
    throw new LabError('not-found', `There is no question ${number} in the notebook.`, '`hrm-lab notebook` lists them.')
  }

  /** Writes down a question. @returns its number */
  insert(question: string, runs: readonly string[]): number {
    const now = Date.now()
    return this.#connection.durably(() => this.#insert.run(question, JSON.stringify(runs), now, now).inserted)
  }

  /** Changes what is given. @throws LabError 'not-found' */
  change(number: number, change: QuestionChange): void {
    const row = this.get(number)
    const { question = row.question, text = row.text, verdict = row.verdict } = change
    const { reason = row.reason, runs = row.runs } = change
    const values = [question, text, verdict, reason, JSON.stringify(runs), Date.now(), number] as const
    this.#connection.durably(() => this.#update.run(...values))
  }

  /** Out of the list, everything kept. @throws LabError 'not-found' */
  trash(number: number): void {
    this.get(number)
    this.#connection.durably(() => this.#setTrashed.run(Date.now(), number))
  }

  /** Back out of the trash. @throws LabError 'not-found' */
  restore(number: number): void {
    this.get(number)
    this.#connection.durably(() => this.#setTrashed.run(null, number))
  }

  /** Forgets it for good. @throws LabError 'not-found', 'bad-input' when it is not in the trash */
  remove(number: number): void {
    if (this.get(number).trashed === null)
      throw new LabError('bad-input', `Question ${number} is not in the trash.`, 'Move it there first.')
    this.#connection.durably(() => this.#delete.run(number))
  }
}
