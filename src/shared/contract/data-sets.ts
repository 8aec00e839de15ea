import { z } from 'zod'
import { dataSetManifestSchema } from '../data/dataset'
import { done, idArgument, nothing, request } from './reply'

const count = z.int().min(0)

/** What an import found, see shared/data/dataset. imbalance is null when a class has no images. */
export const importReportSchema = z.object({
  classes: z.array(z.object({ name: z.string(), train: count, validation: count, test: count })),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  duplicates: z.array(z.object({ names: z.array(z.string()), acrossParts: z.boolean(), acrossClasses: z.boolean() })),
  imbalance: z.number().nullable(),
  notes: z.array(z.string()),
})

/** A data set as lists show it. */
export const dataSetSchema = z.object({
  id: z.string(),
  name: z.string(),
  hash: z.string(),
  manifest: dataSetManifestSchema,
  /** Unix milliseconds. */
  created: z.number(),
  /** Runs made with it; it cannot be deleted for good while there are any. */
  runs: count,
})
export type DataSetView = z.infer<typeof dataSetSchema>

/** How a person wants it imported; what is left out has its default. */
export const importChoicesSchema = z.strictObject({
  name: z.string().trim().min(1).max(200).optional(),
  size: z.int().min(1).max(1024).optional(),
  fit: z.enum(['crop', 'pad', 'stretch']).optional(),
  channels: z.union([z.literal(1), z.literal(3)]).optional(),
  background: z.string().max(20).optional(),
  splitSeed: z.int().min(0).max(0xffffffff).optional(),
  validationShare: z.number().min(0).lt(1).optional(),
  coarse: z.boolean().optional(),
})
export type ImportChoices = z.infer<typeof importChoicesSchema>

/** What a path holds, before anything is imported. */
export const inspectionSchema = z.object({
  path: z.string(),
  reader: z.enum(['idx', 'cifar10', 'cifar100', 'folder']),
  name: z.string(),
  classes: z.array(z.object({ name: z.string(), train: count, validation: count, test: count })),
  images: count,
  bytes: count,
  native: z.object({ height: z.int(), width: z.int(), channels: z.union([z.literal(1), z.literal(3)]) }).nullable(),
  hasTest: z.boolean(),
  hasValidation: z.boolean(),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  notes: z.array(z.string()),
})
export type InspectionView = z.infer<typeof inspectionSchema>

/** Requests about data sets. Paths are of the lab's machine. */
export const dataSetRequests = {
  'dataSets.list': request(z.strictObject({ trashed: z.boolean() }), z.array(dataSetSchema)),
  'dataSets.get': request(idArgument, z.object({ dataSet: dataSetSchema, report: importReportSchema })),
  /** Image ids of a class and part (null: any), for a wall of samples; pixels come from /images/. */
  'dataSets.images': request(
    z.strictObject({
      id: z.string(),
      label: z.int().min(0).nullable(),
      part: z.enum(['train', 'validation', 'test']).nullable(),
      offset: count,
      limit: z.int().min(1).max(10_000),
    }),
    z.object({ total: count, images: z.array(z.object({ id: count, label: count, name: z.string() })) }),
  ),
  'dataSets.inspect': request(z.strictObject({ path: z.string().min(1), coarse: z.boolean() }), inspectionSchema),
  /** Begins an import; its progress and end come as events. @returns the import's number */
  'dataSets.import': request(
    z.strictObject({ path: z.string().min(1), choices: importChoicesSchema }),
    z.object({ import: z.int() }),
  ),
  'dataSets.cancelImport': request(z.strictObject({ import: z.int() }), done),
  'dataSets.rename': request(z.strictObject({ id: z.string(), name: z.string().trim().min(1).max(200) }), done),
  'dataSets.trash': request(idArgument, done),
  'dataSets.restore': request(idArgument, done),
  /** Imports that go on now. */
  'dataSets.imports': request(nothing, z.array(z.object({ import: z.int(), path: z.string() }))),
} as const
