import { z } from 'zod'
import { partNames } from '../data/dataset'
import { configurationSchema } from '../experiment/configuration'
import { request } from './reply'
import { epochSchema, runSchema } from './runs'

const count = z.int().min(0)

/** What a comparison needs of one run. */
export const comparedRunSchema = z.object({
  run: runSchema,
  configuration: configurationSchema,
  epochs: z.array(epochSchema),
  data: z.object({
    name: z.string(),
    /** Of the content the run was made with. */
    hash: z.string(),
    /** Images of each part. */
    images: z.record(z.enum(partNames), count),
    splitSeed: z.int(),
  }),
  made: z.object({ labVersion: z.string(), gitCommit: z.string().nullable() }),
  /** To train on one image once: all segments, forward and backward; and to evaluate one. */
  gflopPerImage: z.number(),
  gflopForward: z.number(),
})
/** See {@link comparedRunSchema}. */
export type ComparedRun = z.infer<typeof comparedRunSchema>

/** Most runs that are compared at once. */
export const MOST_COMPARED = 500

/** Requests about comparisons. */
export const compareRequests = {
  /** Runs in the order asked for, those in the trash too; ids of runs that are not there any more stand in `missing`. */
  'compare.runs': request(
    z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(MOST_COMPARED) }),
    z.object({ runs: z.array(comparedRunSchema), missing: z.array(z.string()) }),
  ),
} as const
