import { z } from 'zod'
import { pictureChoicesSchema } from '../exports/files'
import { nothing, request } from './reply'
import { publishedSchema } from './runs'

const count = z.int().min(0)

/** What a table says of a training: accuracies after its last epoch, 0 … 1. */
const numbers = {
  parameters: count,
  epochs: count,
  trainAccuracy: z.number().nullable(),
  testAccuracy: z.number().nullable(),
  /** Training alone, a median epoch. */
  epochSeconds: z.number().nullable(),
}

/** One of the paper's published experiments, beside the runs of this lab that match it. */
export const paperExperimentSchema = z.object({
  preset: z.string(),
  /** The public data set it is of, and the id it has here; null: not at hand. */
  data: z.enum(['mnist', 'cifar10', 'cifar100']),
  dataSet: z.string().nullable(),
  published: z.object(numbers),
  /** Runs of the preset's model on all of its data, that which stands for it first: finished, then most epochs, then newest. */
  runs: z.array(z.string()),
  /** The first of them; null: none. */
  ours: z.object(numbers).nullable(),
  /** What a reproduction is expected to take on this engine; null where nobody knows. */
  secondsExpected: z.number().nullable(),
  /** What the seconds come from. */
  expectation: z.string(),
  /** The paper's most confused pairs, both directions added; ours null before an evaluation. */
  pairs: z.array(z.object({ a: z.string(), b: z.string(), published: count, ours: count.nullable() })),
})
/** See {@link paperExperimentSchema}. */
export type PaperExperiment = z.infer<typeof paperExperimentSchema>

/** A figure or table of the paper, made from runs of this lab, or the reason why not. */
export const paperItemSchema = z.object({
  /** Figure 1 … 10, Table 1 … 3. */
  title: z.string(),
  what: z.string(),
  /** Names of the files made; none where it is missing. */
  files: z.array(z.string()),
  /** Ids of the runs it was made from. */
  runs: z.array(z.string()),
  /** Why it is not there, or not whole; null when nothing is missing. */
  missing: z.string().nullable(),
})
/** See {@link paperItemSchema}. */
export type PaperItemView = z.infer<typeof paperItemSchema>

/** Requests about the paper's experiments. */
export const paperRequests = {
  /** The five published experiments beside ours. */
  'paper.get': request(nothing, z.object({ source: z.string(), experiments: z.array(paperExperimentSchema) })),
  /** The published trace of one of them. */
  'paper.published': request(z.strictObject({ preset: z.string().max(100) }), publishedSchema),
  /** Makes the paper's figures and tables in the lab's folder, as `hrm-lab figures` does. Refused for a size that cannot be drawn. */
  'paper.figures': request(pictureChoicesSchema, z.object({ folder: z.string(), items: z.array(paperItemSchema) })),
} as const
