import { z } from 'zod'
import { modeChoices, precisions } from './engine-info'
import { modelSchema } from './registry'

/** Version of the stored form; a change of meaning raises it and adds an upgrade. */
export const CONFIGURATION_VERSION = 1

export const trainingSchema = z.strictObject({
  epochs: z.int().min(1).max(100_000),
  /** Images per batch; the last batch of an epoch may be smaller and is kept. */
  batch: z.int().min(1).max(65_536),
  learningRate: z.number().positive().max(10),
  /** Decoupled (AdamW), on every parameter. */
  weightDecay: z.number().min(0).max(10),
  /** Largest global norm of the gradients. */
  clipNorm: z.number().positive(),
  /** Share of the target spread evenly over all classes. */
  labelSmoothing: z.number().min(0).max(0.99),
  schedule: z.strictObject({
    /** cosine: from learningRate to 0. warmup-cosine-floor: linear from 0 over warmupEpochs, then cosine towards floor × learningRate. */
    shape: z.enum(['cosine', 'warmup-cosine-floor']),
    /** published: counted in optimizer steps, M per batch (the author's code). batch: the same curve over batches. */
    counts: z.enum(['published', 'batch']),
    warmupEpochs: z.number().min(0),
    floor: z.number().min(0).max(1),
  }),
  /** Fixes weights, templates, order and dropout. */
  seed: z.int().min(0).max(0xffffffff),
  /** Train only on the first so many images of the (seeded) order; null: all. For short tries. */
  trainLimit: z.int().min(1).nullable(),
  /** Evaluate on the training part after the last epoch. */
  finalTrainEvaluation: z.boolean(),
  /** Repeat the author's extra pass: batch loss and accuracy measured again after the update, with M_eval segments. */
  authorMetrics: z.boolean(),
  /** How steps reach TensorFlow; auto: the fastest on this machine. What was stored before there was a choice ran eagerly. */
  mode: z.enum(modeChoices).default('eager'),
  /** Of matrix products and convolutions; all else is float32. What was stored before there was a choice is float32. */
  precision: z.enum(precisions).default('float32'),
})
export type TrainingConfiguration = z.infer<typeof trainingSchema>

export const configurationSchema = z.strictObject({
  version: z.literal(CONFIGURATION_VERSION),
  /** The preset it began as, or null. */
  preset: z.string().nullable(),
  model: modelSchema,
  training: trainingSchema,
})
/** Everything a person chooses about a run except the data set; strict: an unknown field is refused. */
export type Configuration = z.infer<typeof configurationSchema>
