import { z } from 'zod'
import { partNames } from '../data/dataset'
import { MOST_COMPARED } from './compare'
import { request } from './reply'

const count = z.int().min(0)
const id = z.string().min(1).max(200)

/** Which epoch of each run: its last, or its best (on validation where there is such a part, else on test). */
export const epochChoices = ['last', 'best'] as const
/** See {@link epochChoices}. */
export type EpochChoice = (typeof epochChoices)[number]

/** Whose predictions of which images. */
const subject = { part: z.enum(partNames), epoch: z.enum(epochChoices) }
const several = z.array(id).min(2).max(MOST_COMPARED)

/** A run at the epoch that is looked at, counted from 1. */
export const testedRunSchema = z.object({
  id,
  name: z.string(),
  number: count,
  seed: z.int(),
  epoch: count,
  chosen: z.enum(['last', 'best on validation', 'best on test']),
})
/** See {@link testedRunSchema}. */
export type TestedRunView = z.infer<typeof testedRunSchema>

const mcNemar = z.object({ onlyA: count, onlyB: count, n: count, p: z.number(), midP: z.number() })

/** Two groups of runs that differ within a group by their seed only, paired by seed. */
export const seedTestSchema = z.object({
  a: z.object({ label: z.string(), runs: count }),
  b: z.object({ label: z.string(), runs: count }),
  /** Both runs are of one group: what differs is the seed. */
  sameGroup: z.boolean(),
  /** Accuracies by seed that both groups have, seeds ascending. */
  pairs: z.array(z.object({ seed: z.int(), a: z.number(), b: z.number() })),
  /** Of a − b; null of fewer than two pairs. */
  test: z
    .object({
      ...{ n: count, mean: z.number(), sd: z.number(), low: z.number(), high: z.number(), df: count },
      ...{ t: z.number().nullable(), p: z.number().nullable() },
    })
    .nullable(),
})
/** See {@link seedTestSchema}. */
export type SeedTest = z.infer<typeof seedTestSchema>

export const disagreementSchema = z.object({
  dataSet: z.object({ id, name: z.string() }),
  classes: z.array(z.string()),
  images: count,
  /** Whether the images themselves can still be shown. */
  imagesHere: z.boolean(),
  /** Images of each true class. */
  support: z.array(count),
  runs: z.array(
    testedRunSchema.extend({
      right: count,
      accuracy: z.number(),
      low: z.number().nullable(),
      high: z.number().nullable(),
    }),
  ),
  /** By who errs, most images first: one character for each run, 1 wrong, 0 right. All right and all wrong always. */
  patterns: z.array(z.object({ wrong: z.string(), images: count, byClass: z.array(count) })),
  /** Patterns beyond those listed, and their images. */
  more: z.object({ patterns: count, images: count }),
  /** Of two runs only. */
  pair: z
    .object({
      test: mcNemar,
      /** Images that both give the same class, right or wrong. */
      same: count,
      kappa: z.number().nullable(),
      seeds: seedTestSchema,
    })
    .nullable(),
})
/** See {@link disagreementSchema}. */
export type DisagreementView = z.infer<typeof disagreementSchema>

const matrix = testedRunSchema.extend({
  dataSet: z.object({ id, name: z.string() }),
  /** Whether the images themselves can still be shown. */
  imagesHere: z.boolean(),
  /** [K · K], row = true class. */
  counts: z.array(count),
})

/** Requests about what runs get wrong where others do not. */
export const disagreementRequests = {
  /**
   * Who errs on which images of a part. Refused for runs on other data, and for a run that was never evaluated on the part.
   * `among`: the runs whose seeds may be paired.
   */
  'disagreement.compare': request(
    z.strictObject({ ...subject, runs: several, among: z.array(id).max(MOST_COMPARED) }),
    disagreementSchema,
  ),
  /** Places within the part of the images with a pattern of errors, of one true class or (null) of any. */
  'disagreement.images': request(
    z.strictObject({
      ...subject,
      runs: several,
      wrong: z
        .string()
        .regex(/^[01]+$/)
        .max(MOST_COMPARED),
      label: count.nullable(),
    }),
    z.object({ indices: z.array(count) }),
  ),
  /** Both runs' confusion matrices. Refused for other classes. */
  'disagreement.confusion': request(
    z.strictObject({ ...subject, a: id, b: id }),
    z.object({ classes: z.array(z.string()), sameImages: z.boolean(), a: matrix, b: matrix }),
  ),
  /** Places within the part of the images of a class that a run takes for a class. */
  'disagreement.cell': request(
    z.strictObject({ ...subject, run: id, truth: count, predicted: count }),
    z.object({ indices: z.array(count) }),
  ),
} as const
