/** What a path holds, before anything is imported. */
import { classCounts } from './report'
import { openSource } from './open-source'
import type { Source } from './source'

/** For showing to a person who decides how to import. Counts are of files or records; images are not decoded yet. */
export interface Inspection {
  readonly path: string
  readonly reader: Source['reader']
  /** Proposed name. */
  readonly name: string
  readonly classes: readonly { name: string; train: number; validation: number; test: number }[]
  readonly images: number
  /** Bytes that an import reads. */
  readonly bytes: number
  /** Native size; null for image files, whose sizes differ. */
  readonly native: { readonly height: number; readonly width: number; readonly channels: 1 | 3 } | null
  /** False: the import cuts a fifth of every class as test part. */
  readonly hasTest: boolean
  readonly hasValidation: boolean
  readonly skipped: readonly { path: string; reason: string }[]
  readonly notes: readonly string[]
}

/**
 * Looks at what `path` holds without importing. @param coarse CIFAR-100's coarse labels.
 * @throws LabError, see openSource.
 */
export async function inspect(path: string, coarse = false): Promise<Inspection> {
  return inspectSource(await openSource(path, coarse))
}

/** What an opened source holds. */
export function inspectSource(source: Source): Inspection {
  const classes = classCounts(source.classes, sourceImages(source))
  const { reader, name, bytes, skipped, notes } = source
  return {
    path: source.path,
    reader,
    name,
    classes,
    images: classes.reduce((sum, c) => sum + c.train + c.validation + c.test, 0),
    bytes,
    native:
      source.kind === 'records' ? { height: source.height, width: source.width, channels: source.channels } : null,
    hasTest: classes.some((c) => c.test > 0),
    hasValidation: classes.some((c) => c.validation > 0),
    skipped,
    notes,
  }
}

/** Label, part and names of every image of a source; the place in the array is its slot. */
export function sourceImages(
  source: Source,
): { readonly label: number; readonly part: 'train' | 'validation' | 'test'; readonly name: string }[] {
  if (source.kind === 'images') return source.files.map(({ label, part, name }) => ({ label, part, name }))
  return Array.from(source.labels, (label, slot) => ({
    label,
    part: slot < source.trainCount ? 'train' : 'test',
    name: source.imageName(slot),
  }))
}
