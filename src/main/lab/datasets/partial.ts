/**
 * Data sets of which only some parts are here: they came with a run's bundle. Such a folder has the same files as a whole one,
 * `images.u8` with holes where pixels are absent, and names the absent parts in `absent.json`.
 */
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { join } from 'node:path'
import { type DataSetManifest, type ImportReport, type PartName, partNames } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import { files } from './cache'
import { syncFolder, writeSynced } from './disk'

const ABSENT = 'absent.json'

/** What came along of a data set. */
export interface PartialContent {
  /** index.json and labels.u16, of all its images. */
  readonly index: Uint8Array
  readonly labels: Uint8Array
  /** uint8 [images of the part, H, W, C] */
  readonly pixels: ReadonlyMap<PartName, Uint8Array>
}

/** Parts whose pixels are not in the folder; none of a data set that was imported. */
export function absentParts(folder: string): readonly PartName[] {
  const file = join(folder, ABSENT)
  if (!existsSync(file)) return []
  const named = JSON.parse(readFileSync(file, 'utf8')) as unknown
  return partNames.filter((part) => Array.isArray(named) && named.includes(part))
}

/** @throws LabError 'not-found' when one of the images lies in an absent part */
export function requirePresent(folder: string, { name, parts }: DataSetManifest, ids: readonly number[]): void {
  for (const part of absentParts(folder)) {
    const { offset, count } = parts[part]
    if (ids.some((id) => id >= offset && id < offset + count)) throw incomplete(name, part)
  }
}

/** The error for images that did not come along. */
export const incomplete = (name: string, part: PartName): LabError =>
  new LabError(
    'not-found',
    `The ${part} images of “${name}” are not here: they did not come with the run.`,
    'Import the data set from its source; it is known by its content.',
  )

/**
 * Writes the folder of a data set as far as it came along.
 * @throws LabError 'bad-input' when sizes do not fit the manifest
 */
export async function writePartial(
  folder: string,
  manifest: DataSetManifest,
  report: ImportReport,
  { index, labels, pixels }: PartialContent,
): Promise<void> {
  const { height, width, channels, parts } = manifest
  const imageBytes = height * width * channels
  const images = partNames.reduce((sum, part) => sum + parts[part].count, 0)
  const fits = [...pixels].every(([part, bytes]) => bytes.length === parts[part].count * imageBytes)
  if (!fits || labels.length !== 2 * images)
    throw new LabError('bad-input', `The images of “${manifest.name}” that came with the run do not fit its data set.`)
  await mkdir(folder, { recursive: true })
  const target = await open(join(folder, files.images), 'wx')
  try {
    await target.truncate(images * imageBytes)
    for (const [part, bytes] of pixels) await target.write(bytes, 0, bytes.length, parts[part].offset * imageBytes)
    await target.sync()
  } finally {
    await target.close()
  }
  const absent = partNames.filter((part) => parts[part].count > 0 && !pixels.has(part))
  await writeSynced(join(folder, files.index), index)
  await writeSynced(join(folder, files.labels), labels)
  await writeSynced(join(folder, files.report), JSON.stringify(report, null, 1))
  await writeSynced(join(folder, ABSENT), JSON.stringify(absent))
  await writeSynced(join(folder, files.manifest), JSON.stringify(manifest, null, 1))
  await syncFolder(folder)
}
