import { z } from 'zod'
import { partNames, type PartName } from '../../../shared/data/dataset'
import type { Confusion } from '../../../shared/metrics/confusion'
import type { Evaluation } from '../../../shared/metrics/evaluation'
import type { Best } from '../../../shared/metrics/statistics'
import { fromBlob, toBlob } from '../blobs'
import type { Connection } from '../connection'
import { blob, measured } from './rows'
import type { Runs } from './runs'

const rowSchema = z.object({
  epoch: z.number(),
  part: z.enum(partNames),
  images: z.number(),
  loss: measured,
  accuracy: measured,
  seconds: z.number(),
})
/** An evaluation's numbers. */
export type EvaluationRow = Readonly<z.infer<typeof rowSchema>>

/** Predicted class and its probability of each image, in data set order. */
export interface Predictions {
  readonly predicted: Uint16Array
  readonly confidence: Float32Array
}

/** Best test, validation and train accuracy of a run, each with its epoch. */
export type Bests = Partial<Record<PartName, Best>>

/** Accuracies of each part that was evaluated, by epoch; epochs without a number are left out. */
export type Accuracies = Partial<Record<PartName, readonly Best[]>>

/** All of a run in one row: thousands of runs are listed at once. */
const accuracies = (condition: string): string => `
  SELECT runs.id AS run, json_group_array(part) AS parts, json_group_array(epoch) AS epochs,
    json_group_array(accuracy) AS accuracies
  FROM evaluations JOIN runs ON runs.number = evaluations.run
  WHERE accuracy IS NOT NULL ${condition} GROUP BY evaluations.run`
const list = <Item>() => z.string().transform((text) => JSON.parse(text) as Item[])
const accuraciesRow = z.object({
  run: z.string(),
  parts: list<PartName>(),
  epochs: list<number>(),
  accuracies: list<number>(),
})

const WHERE = 'WHERE run = ? AND epoch = ? AND part = ?'

/** Evaluations of runs: accuracy and loss, predictions, confusion of each; probabilities of each part's last. */
export class Evaluations {
  readonly #connection
  readonly #runs
  readonly #select
  readonly #bests
  readonly #accuracies
  readonly #accuraciesOf
  readonly #delete
  readonly #insert
  readonly #predictions
  readonly #insertPredictions
  readonly #probabilities
  readonly #insertProbabilities
  readonly #confusion
  readonly #insertConfusion

  constructor(connection: Connection, runs: Runs) {
    this.#connection = connection
    this.#runs = runs
    this.#select = connection.query(
      'SELECT epoch, part, images, loss, accuracy, seconds FROM evaluations WHERE run = ? ORDER BY epoch, part',
      rowSchema,
    )
    this.#bests = connection.query(
      `SELECT runs.id AS run, part, value, epoch FROM runs JOIN (
         SELECT run, part, epoch, accuracy AS value,
           row_number() OVER (PARTITION BY run, part ORDER BY accuracy DESC, epoch) AS place
         FROM evaluations WHERE accuracy IS NOT NULL
       ) AS best ON best.run = runs.number WHERE place = 1`,
      z.object({ run: z.string(), part: z.enum(partNames), value: z.number(), epoch: z.number() }),
    )
    this.#accuracies = connection.query(accuracies(''), accuraciesRow)
    this.#accuraciesOf = connection.query(accuracies('AND runs.id = ?'), accuraciesRow)
    this.#delete = connection.statement('DELETE FROM evaluations WHERE run = ? AND epoch >= ?')
    this.#insert = connection.statement(
      `INSERT OR REPLACE INTO evaluations (run, epoch, part, images, loss, accuracy, seconds)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#predictions = connection.query(
      `SELECT predicted, confidence FROM predictions ${WHERE}`,
      z.object({ predicted: blob, confidence: blob }),
    )
    this.#insertPredictions = connection.statement(
      'INSERT INTO predictions (run, epoch, part, predicted, confidence) VALUES (?, ?, ?, ?, ?)',
    )
    this.#probabilities = connection.query(
      'SELECT epoch, data FROM probabilities WHERE run = ? AND part = ?',
      z.object({ epoch: z.number(), data: blob }),
    )
    this.#insertProbabilities = connection.statement(
      'INSERT OR REPLACE INTO probabilities (run, epoch, part, data) VALUES (?, ?, ?, ?)',
    )
    this.#confusion = connection.query(
      `SELECT classes, counts FROM confusion ${WHERE}`,
      z.object({ classes: z.number(), counts: blob }),
    )
    this.#insertConfusion = connection.statement(
      'INSERT INTO confusion (run, epoch, part, classes, counts) VALUES (?, ?, ?, ?, ?)',
    )
  }

  /**
   * Records an evaluation after `epoch` with its predictions, in place of an earlier one of the same part and epoch.
   * Probabilities, where it has them, take the place of those of the part's earlier epochs.
   */
  insert(run: string, epoch: number, evaluation: Evaluation, confusion: Confusion): void {
    const { part, images, loss, accuracy, seconds, predicted, confidence, probabilities } = evaluation
    this.#connection.atomically(() => {
      const number = this.#runs.number(run)
      const key = [number, epoch, part] as const
      this.#insert.run(...key, images, loss, accuracy, seconds)
      this.#insertPredictions.run(...key, toBlob(predicted), toBlob(confidence))
      this.#insertConfusion.run(...key, confusion.classes, toBlob(confusion.counts))
      if (probabilities) this.#insertProbabilities.run(...key, toBlob(probabilities))
    })
  }

  /** By epoch. */
  list(run: string): EvaluationRow[] {
    return this.#select.all(this.#runs.number(run))
  }

  /** Best accuracies of all runs, by run id; the earliest epoch of equals. */
  bests(): Map<string, Bests> {
    const bests = new Map<string, Bests>()
    for (const { run, part, value, epoch } of this.#bests.all()) {
      bests.set(run, { ...bests.get(run), [part]: { value, epoch } })
    }
    return bests
  }

  /** Accuracies by epoch of all runs, or of one, by run id. */
  accuracies(run?: string): Map<string, Accuracies> {
    const rows = run === undefined ? this.#accuracies.all() : this.#accuraciesOf.all(run)
    return new Map(rows.map((row) => [row.run, byPart(row)]))
  }

  /** Each image's prediction; null when that epoch was not evaluated on the part. */
  predictions(run: string, epoch: number, part: PartName): Predictions | null {
    const row = this.#predictions.first(this.#runs.number(run), epoch, part)
    if (!row) return null
    return { predicted: fromBlob(Uint16Array, row.predicted), confidence: fromBlob(Float32Array, row.confidence) }
  }

  /** float32 [images, K] of the part's last evaluation that gave them, with its epoch; null when none did. */
  probabilities(run: string, part: PartName): { readonly epoch: number; readonly probabilities: Float32Array } | null {
    const row = this.#probabilities.first(this.#runs.number(run), part)
    return row && { epoch: row.epoch, probabilities: fromBlob(Float32Array, row.data) }
  }

  /** The confusion matrix; null when that epoch was not evaluated on the part. */
  confusion(run: string, epoch: number, part: PartName): Confusion | null {
    const row = this.#confusion.first(this.#runs.number(run), epoch, part)
    return row && { classes: row.classes, counts: fromBlob(Uint32Array, row.counts) }
  }

  /** Forgets evaluations after epochs ≥ `from`, with all that belongs to them. */
  truncate(run: string, from: number): void {
    this.#delete.run(this.#runs.number(run), from)
  }
}

/** SQLite promises no order inside a group. */
function byPart({ parts, epochs, accuracies }: z.infer<typeof accuraciesRow>): Accuracies {
  const found: Partial<Record<PartName, Best[]>> = {}
  parts.forEach((part, i) => (found[part] ??= []).push({ epoch: epochs[i]!, value: accuracies[i]! }))
  for (const points of Object.values(found)) points.sort((a, b) => a.epoch - b.epoch)
  return found
}
