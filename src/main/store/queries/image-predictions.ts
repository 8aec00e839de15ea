import { z } from 'zod'
import type { PartName } from '../../../shared/data/dataset'
import { fromBlob } from '../blobs'
import type { Connection } from '../connection'
import { blob } from './rows'
import type { Runs } from './runs'

/** What a run said of one image. */
export interface ImagePrediction {
  /** Counted from 0, as the store does. */
  readonly epoch: number
  readonly predicted: number
  readonly confidence: number
}

const columns =
  'p.epoch, substr(p.predicted, 2 * ? + 1, 2) AS predicted, substr(p.confidence, 4 * ? + 1, 4) AS confidence'
const rowSchema = z
  .object({ epoch: z.number(), predicted: blob, confidence: blob })
  .transform(({ epoch, predicted, confidence }): ImagePrediction => ({
    epoch,
    predicted: fromBlob(Uint16Array, predicted)[0]!,
    confidence: fromBlob(Float32Array, confidence)[0]!,
  }))

/** Predictions of one image: through the epochs of a run, and of other runs on the same data. */
export class ImagePredictions {
  readonly #runs
  readonly #history
  readonly #others
  readonly #kept

  constructor(connection: Connection, runs: Runs) {
    this.#runs = runs
    this.#history = connection.query(
      `SELECT ${columns} FROM predictions p WHERE p.run = ? AND p.part = ? AND length(p.predicted) > 2 * ? ORDER BY p.epoch`,
      rowSchema,
    )
    this.#others = connection.query(
      `SELECT runs.id AS run, ${columns} FROM predictions p JOIN runs ON runs.number = p.run
       WHERE p.part = ? AND length(p.predicted) > 2 * ? AND runs.data_hash = ? AND runs.number <> ? AND runs.trashed IS NULL
         AND p.epoch = (SELECT max(epoch) FROM predictions WHERE run = p.run AND part = p.part)
       ORDER BY runs.number DESC LIMIT ?`,
      z.object({ run: z.string() }).and(rowSchema),
    )
    this.#kept = connection.query(
      'SELECT epoch FROM probabilities WHERE run = ? AND part = ?',
      z.object({ epoch: z.number() }),
    )
  }

  /** What a run said of the image at a place of a part, at every evaluated epoch. */
  history(run: string, part: PartName, index: number): ImagePrediction[] {
    return this.#history.all(index, index, this.#runs.number(run), part, index)
  }

  /** What other runs on data of this content said of it last, newest runs first; those in the trash are left out. */
  others(
    run: string,
    dataHash: string,
    { part, index, limit }: { readonly part: PartName; readonly index: number; readonly limit: number },
  ): (ImagePrediction & { readonly run: string })[] {
    return this.#others.all(index, index, part, index, dataHash, this.#runs.number(run), limit)
  }

  /** Epoch, counted from 0, whose probabilities of all classes are kept; null: of none. */
  probabilitiesEpoch(run: string, part: PartName): number | null {
    return this.#kept.first(this.#runs.number(run), part)?.epoch ?? null
  }
}
