import { z } from 'zod'
import { configurationSchema } from '../experiment/configuration'
import { request } from './reply'

/** What a run is expected to take on this lab's engine. */
export const estimateSchema = z.object({
  parameters: z.int(),
  /** To train on one image once: all segments, forward and backward. */
  gflopPerImage: z.number(),
  /** To evaluate one image. */
  gflopForward: z.number(),
  /** Training and evaluation of one epoch; null where the engine's speed is not known. */
  secondsPerEpoch: z.number().nullable(),
  secondsTotal: z.number().nullable(),
  /** The engine process at its peak. */
  memoryBytes: z.number(),
  /** What the seconds come from. */
  basis: z.enum(['past runs', 'measured rate']).nullable(),
  /** The same in a sentence. */
  detail: z.string(),
})
export type EstimateView = z.infer<typeof estimateSchema>

/** Requests about experiments: checked, estimated, begun. */
export const experimentRequests = {
  /** Queues one run per seed. The configuration is checked against the data's images. @returns the runs' ids */
  'experiments.start': request(
    z.strictObject({
      name: z.string().trim().min(1).max(200),
      configuration: configurationSchema,
      dataSet: z.string(),
      seeds: z.array(z.int().min(0).max(0xffffffff)).min(1).max(100),
    }),
    z.object({ runs: z.array(z.string()) }),
  ),
  /** Asked while a person types: quick, and changes nothing. */
  'experiments.estimate': request(
    z.strictObject({ configuration: configurationSchema, dataSet: z.string() }),
    estimateSchema,
  ),
} as const
