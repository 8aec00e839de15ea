import { z } from 'zod'
import { partNames } from '../data/dataset'
import { imageOrders, shownImages, type ImageQuery } from '../images/query'
import { done, idArgument, request } from './reply'

const count = z.int().min(0)
const id = z.string().min(1).max(200)
const part = z.enum(partNames)
/** Counted from 1. */
const epoch = z.int().min(1)
/** A measured number; null stands for one that is not finite. */
const measured = z.number().nullable()
/** Base64 of a typed array's bytes, little-endian. */
const packed = z.base64()
const labels = z.array(count).max(65_536).nullable()
const cell = z.tuple([count, count])

/** See {@link ImageQuery}. */
export const imageQuerySchema = z.strictObject({
  show: z.enum(shownImages),
  truth: labels,
  predicted: labels,
  cells: z.array(cell).max(1_000_000).nullable(),
  search: z.string().max(1000),
  tag: z.string().max(100).nullable(),
  sort: z.enum(imageOrders),
  descending: z.boolean(),
}) satisfies z.ZodType<ImageQuery>

/** A word or two that a person says of an image. */
export const markSchema = z.string().trim().min(1).max(100)

/** A part of a run's data, and when it was evaluated. */
export const imagePartSchema = z.object({
  dataSet: z.object({ id, name: z.string(), hash: z.string() }),
  part,
  /** Id of the part's first image within the data set; its last one's is offset + images − 1. */
  offset: count,
  images: count,
  height: count,
  width: count,
  channels: z.union([z.literal(1), z.literal(3)]),
  classes: z.array(z.string()),
  /** Whether the pixels are still on the disk. */
  imagesHere: z.boolean(),
  /** True classes: uint16 [images]. */
  truth: packed,
  /** By epoch. `probabilities`: those of all classes are kept, which margin and loss need. */
  evaluations: z.array(z.object({ epoch, accuracy: measured, probabilities: z.boolean() })),
  /** All parts that hold images, evaluated or not. */
  parts: z.array(z.object({ part, images: count, evaluated: z.boolean() })),
})
/** See {@link imagePartSchema}. */
export type ImagePart = z.infer<typeof imagePartSchema>

const rank = z.object({ label: count, probability: z.number() })
const prediction = { epoch, predicted: count, confidence: z.number() }

/** All that runs say of one image. */
export const seenImageSchema = z.object({
  /** Id within the data set. */
  image: count,
  truth: count,
  /** The most probable classes, and the true one; null where the epoch's probabilities are not kept. */
  probabilities: z.object({ ranked: z.array(rank), margin: measured, loss: measured }).nullable(),
  /** Epoch whose probabilities are kept; null: of none. */
  keptEpoch: epoch.nullable(),
  /** At every evaluated epoch. */
  epochs: z.array(z.object(prediction)),
  /** Other runs on the same data at their last evaluated epoch, newest first, at most a hundred; trashed ones left out. */
  others: z.array(z.object({ ...{ id, name: z.string(), number: count }, ...prediction })),
  marks: z.array(z.string()),
})
/** See {@link seenImageSchema}. */
export type SeenImage = z.infer<typeof seenImageSchema>

/** What a run's model says of an image file. */
export const classifiedSchema = z.object({
  /** The picture as the model gets it: /images/preview/TOKEN/0.png, for some minutes. */
  preview: z.string(),
  ...{ height: count, width: count },
  classes: z.array(z.string()),
  /** The most probable classes. */
  ranked: z.array(rank),
  /** Of the weights: whole epochs and optimizer steps done. */
  checkpoint: z.object({ step: count, epoch: count }),
})
/** See {@link classifiedSchema}. */
export type ClassifiedView = z.infer<typeof classifiedSchema>

/** Something a person said of an image. */
export const imageMarkSchema = z.object({
  /** Id within the data set, and place within its part. */
  ...{ image: count, index: count, part },
  name: z.string(),
  label: count,
  tag: z.string(),
  /** Unix milliseconds. */
  created: z.number(),
})
/** See {@link imageMarkSchema}. */
export type ImageMark = z.infer<typeof imageMarkSchema>

const evaluated = { id, part, epoch }

/** Requests about the images that a run was evaluated on. */
export const imageRequests = {
  'images.part': request(z.strictObject({ id, part }), imagePartSchema),
  /** Each image's predicted class, uint16, and that class's probability, float32. */
  'images.predictions': request(z.strictObject(evaluated), z.object({ predicted: packed, confidence: packed })),
  /**
   * Places within the part of the images that a query finds, in its order: uint32. Refused for an order by margin or loss where
   * the epoch's probabilities are not kept.
   */
  'images.find': request(z.strictObject({ ...evaluated, query: imageQuerySchema }), z.object({ indices: packed })),
  'images.one': request(z.strictObject({ ...evaluated, index: count }), seenImageSchema),
  /** What the run's last weights say of an image file on the lab's machine, prepared as its training images were. */
  'images.classify': request(z.strictObject({ id, path: z.string().min(1).max(4096) }), classifiedSchema),
  /** Everything that was said of images of a data set, by image. */
  'marks.list': request(idArgument, z.object({ classes: z.array(z.string()), marks: z.array(imageMarkSchema) })),
  /** Says something of an image of a data set, or takes it back. */
  'marks.set': request(z.strictObject({ dataSet: id, image: count, tag: markSchema, marked: z.boolean() }), done),
  /** All marks of a data set as a CSV file. */
  'marks.csv': request(idArgument, z.object({ name: z.string(), text: z.string() })),
} as const
