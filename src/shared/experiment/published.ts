import { z } from 'zod'

/** Named with every published number that is shown. */
export const PAPER = 'A. V. Mantzaris, arXiv 2510.03598 (2025), author’s published experiment record (MIT)'

/** One file of resources/paper: what the author recorded of a run. Row = true class, column = predicted class. */
export const publishedRecordSchema = z.object({
  preset: z.string(),
  parameters: z.int(),
  epochs: z.array(
    z.object({
      epoch: z.int(),
      train_loss: z.number().optional(),
      train_acc: z.number(),
      test_acc: z.number().optional(),
    }),
  ),
  finalTestAccuracy: z.number().optional(),
  /** One value per batch; what it measures differs by preset (docs/reproduction.md). */
  batchLoss: z.array(z.number()),
  batchAccuracy: z.array(z.number()),
  confusion: z.array(z.array(z.int())),
})
/** See {@link publishedRecordSchema}. */
export type PublishedRecord = z.infer<typeof publishedRecordSchema>

/** Seconds an epoch took the author, on other hardware; the HRM ones include a second pass over every training batch. */
export const publishedEpochSeconds: Readonly<Record<string, number>> = {
  'hrm-mnist': 113,
  'hrm-cifar10': 353,
  'cnn-cifar10': 12,
  'hrm-cifar100': 353,
  'cnn-cifar100': 12,
}

/** How the author measured batchLoss and batchAccuracy of a preset. */
export type PublishedTrace = 'segment-mean' | 'after-update' | 'forward'

/** See {@link PublishedTrace}: mean over the M segments; measured again after the update with M_eval; the training forward. */
export const publishedTrace = (preset: string): PublishedTrace =>
  preset === 'hrm-mnist' ? 'segment-mean' : preset.startsWith('hrm') ? 'after-update' : 'forward'

/** The test accuracy published for the end of the run. */
export const publishedTestAccuracy = (record: PublishedRecord): number | null =>
  record.finalTestAccuracy ?? record.epochs.at(-1)?.test_acc ?? null
