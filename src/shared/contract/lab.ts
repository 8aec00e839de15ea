import { z } from 'zod'
import { backendNames, engineInfoSchema, modeMeasurementSchema } from '../experiment/engine-info'
import { done, nothing, request } from './reply'

/** Requests about the lab itself: what it runs on, what the window keeps. */
export const labRequests = {
  'lab.state': request(
    nothing,
    z.object({
      version: z.string(),
      home: z.string(),
      platform: z.string(),
      /** Sequence number of the newest event batch: what follows it is news. */
      sequence: z.int(),
      /** What a person should know of the lab's opening. */
      notices: z.array(z.string()),
    }),
  ),
  'engine.describe': request(
    nothing,
    z.object({
      kind: z.enum(['cpu', 'cuda']),
      why: z.string(),
      ready: z.boolean(),
      problem: z.string().nullable(),
      hint: z.string().nullable(),
      tensorflow: z.string().nullable(),
      tfjs: z.string().nullable(),
      compiler: z.string().nullable(),
      builtAt: z.string().nullable(),
      device: z.string(),
      cores: z.int(),
      /** Threads that were fixed when the lab was started (--threads); null: the lab's setting holds. */
      threadsFixed: z.int().nullable(),
      memoryBytes: z.number(),
      driver: z.string().nullable(),
      gflops: z.number().nullable(),
      /** Of bfloat16 products; null where it was not measured. */
      bfloat16Gflops: z.number().nullable(),
      /** Why matrix products cannot be bfloat16 here; null where they can. */
      bfloat16: z.string().nullable(),
      cacheFolder: z.string(),
      /** What runs are trained by: the native engine, or plain JavaScript where that was asked for. */
      backend: z.enum(backendNames),
      /** What the engine's process runs on now; null while there is none: the next run starts it. */
      process: engineInfoSchema.nullable(),
      /** How the process died that nobody had asked to end; null once another was started. */
      died: z.string().nullable(),
      /** What is done with the engine now. */
      work: z.enum(['start', 'repair', 'measure']).nullable(),
      /** Which mode was the fastest for which model, the newest first. */
      modes: z.array(modeMeasurementSchema),
    }),
  ),
  /** Checks every byte, fetches what is damaged, builds and tests anew; progress comes as events. */
  'engine.repair': request(nothing, done),
  /** Measures its speed anew. @returns GFLOP/s of a float32 matrix product */
  'engine.measure': request(nothing, z.object({ gflops: z.number() })),
  /** Ends a set-up, repair or measurement that goes on; what was fetched is kept. */
  'engine.cancel': request(nothing, done),
  /** What the lab (shared/settings) and its windows remember over a restart: JSON by key, at most 1 MB. */
  'settings.get': request(z.strictObject({ key: z.string().regex(/^[a-z][a-zA-Z0-9.-]{0,99}$/) }), z.unknown()),
  'settings.set': request(
    z.strictObject({ key: z.string().regex(/^[a-z][a-zA-Z0-9.-]{0,99}$/), value: z.unknown() }),
    done,
  ),
} as const
