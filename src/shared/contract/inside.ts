import { z } from 'zod'
import { partNames } from '../data/dataset'
import { done, idArgument, request } from './reply'

const count = z.int().min(0)
/** A measured number; null stands for one that is not finite. */
const measured = z.number().nullable()
const numbers = z.array(measured)
const byModule = <T extends z.ZodType>(value: T) => z.object({ low: value, high: value })

/** See shared/inside: the same, as plain arrays. */
const recurrenceSchema = z.object({
  kind: z.literal('recurrence'),
  classes: count,
  segments: count,
  probabilities: numbers,
  answer: count,
  moves: byModule(numbers),
  steps: byModule(count),
  attention: numbers,
  shape: z.object({ layers: count, heads: count, rows: count, columns: count }),
  /** M: segments that the run trains with and is evaluated with. */
  trained: count,
  evaluated: count,
})
/** See {@link recurrenceSchema}. */
export type RecurrenceView = z.infer<typeof recurrenceSchema>

const classMapSchema = z.object({
  kind: z.literal('class-map'),
  classes: count,
  probabilities: numbers,
  rows: count,
  columns: count,
  maps: numbers,
})
/** See {@link classMapSchema}. */
export type ClassMapView = z.infer<typeof classMapSchema>

/** Whose weights were looked at. */
const checkpointSchema = z.object({
  /** Optimizer steps and whole epochs done when they were written. */
  step: count,
  epoch: count,
})

export const imageInsideSchema = z.object({
  checkpoint: checkpointSchema,
  /** Its id within the data set: /images/DATASET/ID.png. */
  image: count,
  /** The true class. */
  label: count,
  classNames: z.array(z.string()),
  inside: z.discriminatedUnion('kind', [recurrenceSchema, classMapSchema]),
})
/** See {@link imageInsideSchema}. */
export type ImageInsideView = z.infer<typeof imageInsideSchema>

export const segmentScoresSchema = z.object({
  checkpoint: checkpointSchema,
  /** Test images there are, and scored so far: drawn at random, so that already some of them say how it will be. */
  images: count,
  scored: count,
  /** After each segment, from the first; empty before the first images are scored. */
  segments: z.array(z.object({ correct: count, loss: measured })),
  trained: count,
  evaluated: count,
  going: z.boolean(),
  /** It ends with the images it is at. */
  stopping: z.boolean(),
  /** To score what is left; null where nobody knows. */
  secondsLeft: z.number().nullable(),
  /** What ended the last attempt; null: nothing, or a person. */
  problem: z.object({ message: z.string(), hint: z.string().nullable() }).nullable(),
})
/** See {@link segmentScoresSchema}. */
export type SegmentScoresView = z.infer<typeof segmentScoresSchema>

/** Requests about what happens inside a run's model, with the weights of its last checkpoint. */
export const insideRequests = {
  /** What is computed on the way to one image's answer; `index` is its place within the part. */
  'inside.image': request(
    z.strictObject({ id: z.string().min(1).max(200), part: z.enum(partNames), index: count }),
    imageInsideSchema,
  ),
  /** Accuracy and loss after each segment, as far as they were computed. */
  'inside.segments': request(idArgument, segmentScoresSchema),
  /** Begins to score the test images, or goes on where it was stopped; acknowledged at once, news come as events. */
  'inside.score': request(idArgument, done),
  /** Stops scoring after the images it is at; what was scored is kept. */
  'inside.stop': request(idArgument, done),
} as const
