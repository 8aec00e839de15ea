import { z } from 'zod'
import { partNames } from '../data/dataset'
import { configurationSchema } from '../experiment/configuration'
import { engineInfoSchema } from '../experiment/engine-info'
import { folderSchema } from '../runs/folders'
import { done, idArgument, nothing, request } from './reply'

export const runStateSchema = z.enum(['queued', 'running', 'paused', 'interrupted', 'finished', 'stopped', 'failed'])

/** A measured number; null stands for one that is not finite. */
const measured = z.number().nullable()

/** The best accuracy of a part, with its epoch counted from 1. */
const bestSchema = z.object({ part: z.enum(partNames), value: z.number(), epoch: z.int() })

/** A run as lists show it. Times are Unix milliseconds, durations seconds. */
export const runSchema = z.object({
  id: z.string(),
  number: z.int(),
  name: z.string(),
  preset: z.string().nullable(),
  dataSet: z.string(),
  dataSetName: z.string(),
  family: z.string(),
  parameters: z.int(),
  seed: z.int(),
  state: runStateSchema,
  message: z.string().nullable(),
  engine: engineInfoSchema.nullable(),
  created: z.number(),
  started: z.number().nullable(),
  ended: z.number().nullable(),
  trainSeconds: z.number(),
  /** Epochs recorded, and asked for. */
  epochs: z.int(),
  epochsAsked: z.int(),
  /** On the validation part where there is one, else on test. */
  best: bestSchema.nullable(),
  lastTest: measured,
  /** Test accuracy by evaluated epoch, for a small curve beside the name; thinned where there are many. */
  sparkline: z.array(z.number()),
  notes: z.string(),
  tags: z.array(z.string()),
  /** The folder it lies in, shared/runs/folders; null: in none. */
  folder: z.string().nullable(),
  /** Its id in the lab that it came from as a bundle; null: made here. */
  origin: z.string().nullable(),
  /** Bytes of its checkpoints. */
  bytes: z.number(),
  /** Out of the lists, everything kept. */
  trashed: z.boolean(),
})
/** See {@link runSchema}. */
export type RunView = z.infer<typeof runSchema>

export const epochSchema = z.object({
  /** Counted from 1. */
  epoch: z.int(),
  trainLoss: measured,
  trainAccuracy: measured,
  trainSeconds: z.number(),
  evaluations: z.array(z.object({ part: z.enum(partNames), loss: measured, accuracy: measured, seconds: z.number() })),
})
export type EpochView = z.infer<typeof epochSchema>

/** Many runs at once: all of them or none. */
const idsArgument = z.strictObject({ ids: z.array(z.string().min(1).max(200)).min(1).max(10_000) })

/** Where runs lie: the folder of each; null: in none. */
const placesSchema = z
  .array(z.strictObject({ id: z.string().min(1).max(200), folder: folderSchema.nullable() }))
  .max(10_000)

/** A word or two to find runs by. */
export const tagSchema = z.string().trim().min(1).max(50)

const logLine = z.object({ time: z.number(), level: z.enum(['info', 'warning', 'error']), message: z.string() })

/** What the author recorded of a preset's run. */
export const publishedSchema = z.object({
  source: z.string(),
  measured: z.enum(['segment-mean', 'after-update', 'forward']),
  batchLoss: z.array(z.number()),
  epochs: z.array(z.object({ epoch: z.int(), trainAccuracy: z.number(), testAccuracy: z.number().nullable() })),
  testAccuracy: z.number().nullable(),
})
/** See {@link publishedSchema}. */
export type PublishedView = z.infer<typeof publishedSchema>

/** Requests about runs. */
export const runRequests = {
  /** All runs, oldest first; those in the trash only when asked for. */
  'runs.list': request(z.strictObject({ trashed: z.boolean() }), z.array(runSchema)),
  'runs.get': request(
    idArgument,
    z.object({
      run: runSchema,
      configuration: configurationSchema,
      epochs: z.array(epochSchema),
      steps: z.int(),
      labVersion: z.string(),
      gitCommit: z.string().nullable(),
      dataHash: z.string(),
      /** The last whole one, after so many optimizer steps: where the run goes on. */
      checkpoint: z.object({ step: z.int() }).nullable(),
    }),
  ),
  'runs.log': request(idArgument, z.array(logLine)),
  /** The published trace of the run's preset on the run's data; null where nothing is published. */
  'runs.published': request(idArgument, publishedSchema.nullable()),
  /** Acknowledged at once; takes effect at the end of the step. */
  'runs.pause': request(idArgument, done),
  /** Ends a run for good; a queued one leaves the queue. */
  'runs.stop': request(idArgument, done),
  /** Puts a paused, interrupted or failed run at the end of the queue again. */
  'runs.resume': request(idArgument, done),
  'runs.rename': request(z.strictObject({ id: z.string(), name: z.string().trim().min(1).max(200) }), done),
  'runs.note': request(z.strictObject({ id: z.string(), notes: z.string().max(100_000) }), done),
  /** Gives the runs these tags and takes those from them; a tag is kept once. */
  'runs.tag': request(
    idsArgument.extend({ add: z.array(tagSchema).max(100), remove: z.array(tagSchema).max(100) }),
    done,
  ),
  /** Puts runs into folders, which are there as long as a run lies in them. */
  'runs.place': request(z.strictObject({ places: placesSchema.min(1) }), done),
  /**
   * Renames or moves a folder with all that lies in it, runs in the trash too; `to` null: the folder is no more, what lay in it lies
   * in none, what lay in folders within in those. @returns where its runs lay before
   */
  'runs.moveFolder': request(
    z.strictObject({ from: folderSchema, to: folderSchema.nullable() }),
    z.object({ before: z.array(z.object({ id: z.string(), folder: z.string() })) }),
  ),
  /** Out of the lists and the queue; refused while one of them trains. */
  'runs.trash': request(idsArgument, done),
  'runs.restore': request(idsArgument, done),
  /** Deletes runs that lie in the trash for good: rows and folders. @returns bytes freed on the disk */
  'runs.delete': request(idsArgument, z.object({ bytes: z.number() })),
  /** Takes in the run of a bundle (`.hrmlab`). existed: it was here before, perhaps in the trash. */
  'runs.bring': request(
    z.strictObject({ path: z.string().min(1).max(10_000) }),
    z.object({ id: z.string(), name: z.string(), existed: z.boolean() }),
  ),
  /**
   * Runs that wait, the next one first, without the one that runs; whether the queue is paused, and the problem that paused it
   * where no person did.
   */
  'queue.get': request(
    nothing,
    z.object({
      order: z.array(z.string()),
      running: z.string().nullable(),
      /** What was asked of the one that runs and comes at its step's end. */
      halting: z.enum(['pause', 'stop']).nullable(),
      /** By id of a run that waits: how long it is expected to train, from where it is; null where nobody knows. */
      secondsExpected: z.record(z.string(), z.number().nullable()),
      paused: z.boolean(),
      problem: z.object({ message: z.string(), hint: z.string().nullable() }).nullable(),
    }),
  ),
  /** A new order of all waiting runs. */
  'queue.order': request(z.strictObject({ order: z.array(z.string()) }), done),
  /** Paused: what runs is paused at its step's end and nothing new begins. */
  'queue.pause': request(z.strictObject({ paused: z.boolean() }), done),
} as const
