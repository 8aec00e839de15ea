import { z } from 'zod'
import { partNames } from '../data/dataset'
import { request } from './reply'

const count = z.int().min(0)
const id = z.string().min(1).max(200)
const part = z.enum(partNames)
/** Counted from 1. */
const epoch = z.int().min(1)
/** uint32 [K · K], row = true class: base64 of its bytes, little-endian. */
const counts = z.base64()

export const confusionViewSchema = z.object({
  classes: z.array(z.string()),
  epoch,
  /** Every epoch after which the part was evaluated, ascending. */
  epochs: z.array(epoch),
  counts,
  /** The author's matrix of the run's preset on the same test images; null where none is published. */
  published: z.object({ source: z.string(), counts }).nullable(),
})
/** See {@link confusionViewSchema}. */
export type ConfusionView = z.infer<typeof confusionViewSchema>

/** Requests about which classes a run takes for which. */
export const confusionRequests = {
  /** The matrix after an epoch, or (null) the last evaluated one. Refused for a run that was never evaluated on the part. */
  'confusion.get': request(z.strictObject({ id, part, epoch: epoch.nullable() }), confusionViewSchema),
  /** Images of a class taken for a class, after each evaluated epoch. */
  'confusion.trend': request(
    z.strictObject({ id, part, truth: count, predicted: count }),
    z.array(z.object({ epoch, count })),
  ),
} as const
