import { z } from 'zod'

/**
 * A data set as the lab keeps it: one folder under <home>/datasets/<id>/ holding
 *   dataset.json   this manifest
 *   images.u8      uint8 [N, H, W, C], row-major, channels last; training part first, then validation, then test
 *   labels.u16     little-endian uint16 [N], same order
 *   index.json     [N] entries {name, sha256}: where an image came from and the hash of its decoded source pixels
 *   report.json    ImportReport
 * Nothing in it changes after the import is whole.
 */
export const DATASET_VERSION = 1

export const partNames = ['train', 'validation', 'test'] as const
/** A part of a data set. */
export type PartName = (typeof partNames)[number]

const partSchema = z.strictObject({ offset: z.int().min(0), count: z.int().min(0) })

export const dataSetManifestSchema = z.strictObject({
  version: z.literal(DATASET_VERSION),
  name: z.string().min(1),
  /** SHA-256 over shape, class names, labels, parts and pixels in canonical order: the same images give the same hash anywhere. */
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** 'mnist', 'cifar10', 'cifar100' when the content is that public data set in its own size, else null. A validation part may be cut from it. */
  known: z.enum(['mnist', 'cifar10', 'cifar100']).nullable(),
  height: z.int().min(1),
  width: z.int().min(1),
  channels: z.union([z.literal(1), z.literal(3)]),
  classes: z.array(z.string()).min(2),
  /** Contiguous ranges of images.u8; validation may be empty (count 0). */
  parts: z.strictObject({ train: partSchema, validation: partSchema, test: partSchema }),
  /** Of the training part's pixels / 255: one value for one channel, one per channel otherwise. Population standard deviation. */
  mean: z.array(z.number()),
  std: z.array(z.number()),
  /** How it was imported, for showing and repeating. */
  source: z.strictObject({
    path: z.string(),
    reader: z.enum(['idx', 'cifar10', 'cifar100', 'folder']),
    size: z.int(),
    fit: z.enum(['crop', 'pad', 'stretch', 'none']),
    background: z.string(),
    splitSeed: z.int(),
    coarse: z.boolean(),
  }),
  importedAt: z.string(),
})
/** See {@link dataSetManifestSchema}. */
export type DataSetManifest = z.infer<typeof dataSetManifestSchema>

/** One image's origin; the array index is the image's id within the data set. */
export interface DataSetIndexEntry {
  readonly name: string
  readonly sha256: string
}

/** What an import found, kept with the data set and printed after it. */
export interface ImportReport {
  /** Images by class name and part. */
  readonly classes: readonly { name: string; train: number; validation: number; test: number }[]
  /** Files that are not in the data set, each with its reason. */
  readonly skipped: readonly { path: string; reason: string }[]
  /** Groups of images with equal decoded pixels. */
  readonly duplicates: readonly { names: readonly string[]; acrossParts: boolean; acrossClasses: boolean }[]
  /** Largest class count divided by the smallest. */
  readonly imbalance: number
  /** Things a person should know: alpha flattened, gray and colour mixed, turned by EXIF... each one line. */
  readonly notes: readonly string[]
}
