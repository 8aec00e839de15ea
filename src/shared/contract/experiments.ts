import { z } from 'zod'
import { configurationSchema } from '../experiment/configuration'
import { request } from './reply'

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
} as const
