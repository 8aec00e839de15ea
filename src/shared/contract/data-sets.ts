import { z } from 'zod'
import { dataSetManifestSchema } from '../data/dataset'
import { done, idArgument, nothing, request } from './reply'

const count = z.int().min(0)

const partName = z.enum(['train', 'validation', 'test'])

/** What an import found, see shared/data/dataset. imbalance is null when a class has no images. */
export const importReportSchema = z.object({
  classes: z.array(z.object({ name: z.string(), train: count, validation: count, test: count })),
  /** `file`: the file on the lab's disk, absolute; null where it lay in an archive. It may have been moved since. */
  skipped: z.array(z.object({ path: z.string(), reason: z.string(), file: z.string().nullable() })),
  /** Skipped files beyond those that are listed. */
  skippedMore: count,
  /** Images of equal pixels: how many, the names of the first of them, and their ids in the order of `names`. */
  duplicates: z.array(
    z.object({
      count,
      names: z.array(z.string()),
      images: z.array(count),
      acrossParts: z.boolean(),
      acrossClasses: z.boolean(),
    }),
  ),
  /** Groups of duplicates beyond those that are listed. */
  duplicatesMore: count,
  imbalance: z.number().nullable(),
  notes: z.array(z.string()),
})
export type ImportReportView = z.infer<typeof importReportSchema>

/** A data set as lists show it. */
export const dataSetSchema = z.object({
  id: z.string(),
  name: z.string(),
  hash: z.string(),
  manifest: dataSetManifestSchema,
  /** Unix milliseconds. */
  created: z.number(),
  /** Runs made with it, those in the trash too; it cannot be deleted for good while there are any. */
  runs: count,
  /** Size on the disk. */
  bytes: count,
  trashed: z.boolean(),
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
  /** Skipped files beyond those that are listed. */
  skippedMore: count,
  notes: z.array(z.string()),
})
export type InspectionView = z.infer<typeof inspectionSchema>

/** Keys of the public data sets that the lab can bring by itself. */
export const publicDataSetKeys = ['mnist', 'fashion-mnist', 'kmnist', 'cifar10', 'cifar100'] as const
export const publicDataSetKeySchema = z.enum(publicDataSetKeys)
export type PublicDataSetKey = z.infer<typeof publicDataSetKeySchema>

/** A public data set that the lab can bring: with it (MNIST), or by download from its publisher. */
export const publicDataSetSchema = z.object({
  key: publicDataSetKeySchema,
  name: z.string(),
  /** What is in it, one sentence. */
  what: z.string(),
  images: count,
  classes: count,
  height: count,
  width: count,
  channels: z.union([z.literal(1), z.literal(3)]),
  /** Who published it, and what its publisher says of its use. */
  publisher: z.string(),
  licence: z.string(),
  /** The publisher's page about it, for reading. */
  page: z.string(),
  /** Bytes to download, and how many of them an earlier download left; both 0 where it comes with the lab. */
  bytes: count,
  partBytes: count,
  state: z.enum(['bundled', 'downloadable']),
  /** Id of the data set that it was imported as; null when it is not here. */
  here: z.string().nullable(),
})
export type PublicDataSet = z.infer<typeof publicDataSetSchema>

/** Smallest, middle and largest of a sample. */
const spread = z.object({ min: z.int(), median: z.int(), max: z.int() })

/** Some images as an import with these choices would prepare them. */
export const previewSchema = z.object({
  /** Image n (place in `images`) is /images/preview/TOKEN/n.png, for some minutes. */
  preview: z.string(),
  /** Size and channels that all images get. */
  prepared: z.object({ height: z.int(), width: z.int(), channels: z.union([z.literal(1), z.literal(3)]) }),
  /** `width` and `height` are the original's. */
  images: z.array(z.object({ name: z.string(), label: count, className: z.string(), width: z.int(), height: z.int() })),
  /** Images of the sample that cannot be used. */
  problems: z.array(z.object({ path: z.string(), reason: z.string() })),
  /**
   * What a sample of `images` files has: the originals' sizes, and how many are gray, in colour, or with transparency (an image
   * of more than 256 × 256 pixels counts by its header: with an alpha channel it counts as transparent). Null where all images
   * have one form (IDX, CIFAR).
   */
  sample: z
    .object({ images: count, width: spread, height: spread, gray: count, colour: count, transparent: count })
    .nullable(),
})
export type PreviewView = z.infer<typeof previewSchema>

/** One image of a data set and where it came from. */
export const imageFactsSchema = z.object({
  id: count,
  name: z.string(),
  label: count,
  className: z.string(),
  part: partName,
  /** Other images with the same pixels. */
  duplicates: z.array(z.object({ id: count, name: z.string(), label: count, className: z.string(), part: partName })),
  /**
   * `file`: the image's own file on the lab's machine when it is still there, to be shown. `place`: the folder, archive or
   * file the data set was imported from. `note`: why there is no file to show, one sentence; else null.
   */
  source: z.object({ file: z.string().nullable(), place: z.string(), note: z.string().nullable() }),
})
export type ImageFacts = z.infer<typeof imageFactsSchema>

/** A folder of the lab's machine, for browsing: what an import might take. Hidden entries are left out. */
export const listedFolderSchema = z.object({
  path: z.string(),
  /** The folder above, null at the top. */
  parent: z.string().nullable(),
  home: z.string(),
  /** Folders first, then by name. `bytes` of files, null for folders. */
  entries: z.array(
    z.object({ name: z.string(), path: z.string(), kind: z.enum(['folder', 'file']), bytes: count.nullable() }),
  ),
  /** Entries beyond the limit, not listed. */
  more: count,
})
export type ListedFolder = z.infer<typeof listedFolderSchema>

/** An import that goes on. Phase 'downloading' counts bytes, the others images; total is 0 while unknown. */
const goingImportSchema = z.object({
  import: z.int(),
  path: z.string(),
  phase: z.string(),
  done: count,
  total: count,
  /** What it waits for, as "The connection was cut; next try in 4 s."; null while all goes well. */
  detail: z.string().nullable(),
})

/** Requests about data sets. Paths are of the lab's machine. */
export const dataSetRequests = {
  'dataSets.list': request(z.strictObject({ trashed: z.boolean() }), z.array(dataSetSchema)),
  'dataSets.get': request(idArgument, z.object({ dataSet: dataSetSchema, report: importReportSchema })),
  /** Image ids of a class and part (null: any), for a wall of samples; pixels come from /images/. */
  'dataSets.images': request(
    z.strictObject({
      id: z.string(),
      label: z.int().min(0).nullable(),
      part: partName.nullable(),
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
  /** What the lab can bring by itself. */
  'dataSets.public': request(nothing, z.array(publicDataSetSchema)),
  /**
   * Brings a public data set: downloads it (going on where an earlier download ended) and imports it. Told by the same
   * events as an import, with the key as path. Cancelling keeps what was downloaded. @returns the import's number
   */
  'dataSets.download': request(
    z.strictObject({ key: publicDataSetKeySchema, choices: importChoicesSchema }),
    z.object({ import: z.int() }),
  ),
  /** Deletes what cancelled or failed downloads of a public data set left. */
  'dataSets.discardDownload': request(z.strictObject({ key: publicDataSetKeySchema }), done),
  /** Ten images as an import would prepare them. A newer preview ends an older one that is still being made. */
  'dataSets.preview': request(z.strictObject({ path: z.string().min(1), choices: importChoicesSchema }), previewSchema),
  'dataSets.image': request(z.strictObject({ id: z.string(), image: count }), imageFactsSchema),
  'dataSets.cancelImport': request(z.strictObject({ import: z.int() }), done),
  'dataSets.rename': request(z.strictObject({ id: z.string(), name: z.string().trim().min(1).max(200) }), done),
  'dataSets.trash': request(idArgument, done),
  'dataSets.restore': request(idArgument, done),
  /** Deletes a data set for good, its files too; refused while runs were made with it. @returns bytes freed */
  'dataSets.delete': request(idArgument, z.object({ bytes: count })),
  /** Deletes for good what lies in the trash, but for those that runs were made with, which are told. */
  'dataSets.emptyTrash': request(
    nothing,
    z.object({
      deleted: count,
      bytes: count,
      kept: z.array(z.object({ id: z.string(), name: z.string(), runs: count })),
    }),
  ),
  /** Imports that go on now. */
  'dataSets.imports': request(nothing, z.array(goingImportSchema)),
  /** A folder's content; null: the home folder of the lab's user. */
  'files.list': request(z.strictObject({ path: z.string().min(1).max(4096).nullable() }), listedFolderSchema),
} as const
