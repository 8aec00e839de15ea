import { z } from 'zod'

/** Sums over an epoch's batches so far, in double precision; losses and hits are sums over images, averaged over segments. */
const epochSumsSchema = z.strictObject({
  images: z.number(),
  loss: z.number(),
  correct: z.number(),
  authorLoss: z.number(),
  authorCorrect: z.number(),
  /** Seconds of training in this epoch. */
  seconds: z.number(),
})
export type EpochSums = z.infer<typeof epochSumsSchema>

export const positionSchema = z.strictObject({
  /** Epoch that is being trained, from 0; the number of epochs when all are done. */
  epoch: z.int().min(0),
  /** Batches of it already trained; all of them when only its evaluation is left. */
  batch: z.int().min(0),
  /** Optimizer steps taken in the run. */
  step: z.int().min(0),
  /** Seconds of training in the run: pauses, evaluations and the author's extra pass excluded. */
  seconds: z.number().min(0),
  sums: epochSumsSchema,
  /** The evaluated epoch with the best accuracy so far, and its checkpoint's file name. */
  best: z.strictObject({ epoch: z.int(), accuracy: z.number(), file: z.string() }).nullable(),
})
/** How far a run is: with weights, moments and seed all that is needed to go on with the same bits. */
export type Position = z.infer<typeof positionSchema>

/** An epoch of which nothing is trained yet. */
export const emptySums: EpochSums = { images: 0, loss: 0, correct: 0, authorLoss: 0, authorCorrect: 0, seconds: 0 }

/** A run of which nothing is trained yet. */
export const startPosition: Position = { epoch: 0, batch: 0, step: 0, seconds: 0, sums: emptySums, best: null }
