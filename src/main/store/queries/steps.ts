import { z } from 'zod'
import { envelope, type Envelope, type EnvelopeOptions } from '../../../shared/metrics/envelope'
import {
  joinSteps,
  makeSteps,
  sliceSteps,
  stepColumnNames,
  stepColumnTypes,
  stepCount,
  type StepColumn,
  type StepColumnName,
  type StepColumns,
} from '../../../shared/metrics/steps'
import type { Connection } from '../connection'
import { blob } from './rows'
import type { Runs } from './runs'
import { CHUNK, decodeColumn, decodeTail, encodeColumn, encodeTail } from './step-blobs'

/** What a curve's x axis may count. */
export type StepAxis = 'step' | 'batch' | 'epoch' | 'seconds' | 'wallTime'

export interface StepEnvelopeOptions extends EnvelopeOptions {
  readonly x: StepAxis
}

const tailRow = z.object({ firstStep: z.number(), steps: z.number(), data: blob })
const dataRow = z.object({ data: blob })
const columnCode = (name: StepColumnName): number => stepColumnNames.indexOf(name)

/**
 * Every optimizer step's numbers. Kept by column in chunks of 4096 steps; the steps after the last whole chunk lie in a
 * tail as they came, and are folded into a chunk when there are enough.
 */
export class Steps {
  readonly #connection
  readonly #runs
  readonly #lastChunk
  readonly #tail
  readonly #tailSteps
  readonly #chunks
  readonly #chunk
  readonly #insertChunk
  readonly #insertTail
  readonly #deleteChunks
  readonly #deleteTail
  readonly #cuts = new Map<string, number>()

  constructor(connection: Connection, runs: Runs) {
    this.#connection = connection
    this.#runs = runs
    this.#lastChunk = connection.query(
      'SELECT first_step AS firstStep FROM step_chunks WHERE run = ? AND column = 0 ORDER BY first_step DESC LIMIT 1',
      z.object({ firstStep: z.number() }),
    )
    this.#tail = connection.query(
      'SELECT first_step AS firstStep, steps, data FROM step_tail WHERE run = ? ORDER BY first_step',
      tailRow,
    )
    this.#tailSteps = connection.query(
      'SELECT coalesce(sum(steps), 0) AS steps FROM step_tail WHERE run = ?',
      z.object({ steps: z.number() }),
    )
    this.#chunks = connection.query(
      `SELECT data FROM step_chunks WHERE run = ? AND column = ? AND first_step >= ? AND first_step < ?
       ORDER BY first_step`,
      dataRow,
    )
    this.#chunk = connection.query(
      'SELECT data FROM step_chunks WHERE run = ? AND column = ? AND first_step = ?',
      dataRow,
    )
    this.#insertChunk = connection.statement(
      'INSERT INTO step_chunks (run, column, first_step, data) VALUES (?, ?, ?, ?)',
    )
    this.#insertTail = connection.statement('INSERT INTO step_tail (run, first_step, steps, data) VALUES (?, ?, ?, ?)')
    this.#deleteChunks = connection.statement('DELETE FROM step_chunks WHERE run = ? AND first_step >= ?')
    this.#deleteTail = connection.statement('DELETE FROM step_tail WHERE run = ?')
  }

  /**
   * Adds steps after those recorded. Survives a kill of this process; reaches the disk with the next run, checkpoint or
   * transaction commit.
   * @throws Error when they do not begin where the recorded ones end: rewind first
   */
  append(run: string, steps: StepColumns): void {
    const added = stepCount(steps)
    if (added === 0) return
    this.#connection.atomically(() => {
      const number = this.#runs.number(run)
      const tail = this.#tailSteps.first(number)!.steps
      const end = this.#chunkedSteps(number) + tail
      if (steps.firstStep !== end) {
        throw new Error(`Run ${run} has ${end} steps recorded, but those to add begin at ${steps.firstStep}.`)
      }
      if (tail + added < CHUNK) this.#writeTail(number, steps)
      else this.#fold(number, joinSteps([...this.#readTail(number), steps]))
    })
  }

  /** Steps recorded. */
  count(run: string): number {
    const number = this.#runs.number(run)
    return this.#chunkedSteps(number) + this.#tailSteps.first(number)!.steps
  }

  /**
   * One column, whole or of the steps from (inclusive) … to (exclusive).
   * @returns an array of its own, [steps in the range]
   */
  column<Name extends StepColumnName>(run: string, name: Name, from = 0, to = Infinity): StepColumn<Name> {
    const number = this.#runs.number(run)
    const firstChunk = Math.floor(Math.max(0, from) / CHUNK) * CHUNK
    const chunked = this.#chunkedSteps(number)
    const rows = this.#chunks.all(number, columnCode(name), firstChunk, Math.min(to, chunked))
    const tail = to > chunked ? this.#readTail(number) : []
    const blocks = [...rows.map((row) => decodeColumn(name, row.data)), ...tail.map((block) => block[name])]
    // The tail's steps follow the chunks; with none of those in the range the values begin at the tail.
    const first = rows.length > 0 ? firstChunk : chunked
    const values = new stepColumnTypes[name](blocks.reduce((sum, block) => sum + block.length, 0))
    let offset = 0
    for (const block of blocks) {
      values.set(block, offset)
      offset += block.length
    }
    return values.subarray(Math.max(0, from - first), Math.max(0, to - first)) as StepColumn<Name>
  }

  /** A curve thinned for drawing: at most `points` of the column over the chosen x axis (shared/metrics/envelope.ts). */
  envelope(run: string, name: StepColumnName, options: StepEnvelopeOptions): Envelope {
    if (options.x !== 'step') return envelope(this.column(run, options.x), this.column(run, name), options)
    const from = Math.max(0, Math.ceil(options.from ?? 0))
    const y = this.column(run, name, from, Math.floor(options.to ?? Infinity) + 1)
    const x = new Float64Array(y.length)
    for (let i = 0; i < x.length; i++) x[i] = from + i
    return envelope(x, y, options)
  }

  /** All steps in order, all columns, in blocks of at most 4096: for exports, without holding a long run in memory. */
  *blocks(run: string): Generator<StepColumns> {
    const number = this.#runs.number(run)
    const chunked = this.#chunkedSteps(number)
    for (let first = 0; first < chunked; first += CHUNK) yield this.#readChunk(number, first)
    yield* this.#readTail(number)
  }

  /** How often steps of the run were forgotten since the store was opened: what was read before such a cut may be stale. */
  cuts(run: string): number {
    return this.#cuts.get(run) ?? 0
  }

  /** Forgets steps ≥ `from`. */
  truncate(run: string, from: number): void {
    this.#cuts.set(run, this.cuts(run) + 1)
    this.#connection.atomically(() => {
      const number = this.#runs.number(run)
      const chunked = this.#chunkedSteps(number)
      const boundary = Math.floor(Math.max(0, from) / CHUNK) * CHUNK
      const last = boundary < chunked ? [this.#readChunk(number, boundary)] : this.#readTail(number)
      this.#deleteChunks.run(number, boundary)
      this.#deleteTail.run(number)
      for (const block of last) {
        const kept = Math.min(stepCount(block), from - block.firstStep)
        if (kept > 0) this.#writeTail(number, sliceSteps(block, 0, kept))
      }
    })
  }

  /** Steps in whole chunks. */
  #chunkedSteps(number: number): number {
    const last = this.#lastChunk.first(number)
    return last ? last.firstStep + CHUNK : 0
  }

  #readChunk(number: number, firstStep: number): StepColumns {
    return makeSteps(firstStep, (name) => {
      const row = this.#chunk.first(number, columnCode(name), firstStep)
      if (!row) throw new Error(`Column ${name} of run number ${number} lacks its chunk at step ${firstStep}.`)
      return decodeColumn(name, row.data)
    })
  }

  #readTail(number: number): StepColumns[] {
    return this.#tail.all(number).map((row) => decodeTail(row.firstStep, row.steps, row.data))
  }

  #writeTail(number: number, steps: StepColumns): void {
    this.#insertTail.run(number, steps.firstStep, stepCount(steps), encodeTail(steps))
  }

  /** Writes the tail with what is new to it as whole chunks, and the rest as the new tail. */
  #fold(number: number, steps: StepColumns): void {
    const total = stepCount(steps)
    const whole = total - (total % CHUNK)
    this.#deleteTail.run(number)
    for (const name of stepColumnNames) {
      for (let at = 0; at < whole; at += CHUNK) {
        const data = encodeColumn(steps[name].subarray(at, at + CHUNK))
        this.#insertChunk.run(number, columnCode(name), steps.firstStep + at, data)
      }
    }
    if (whole < total) this.#writeTail(number, sliceSteps(steps, whole, total))
  }
}
