/** Where images of a data set came from. */
import { stat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageFacts } from '../../../shared/contract/data-sets'
import { partNames, type DataSetIndexEntry, type DataSetManifest, type PartName } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'

/** What is known of one data set's images, by id. */
export interface KnownImages {
  readonly manifest: DataSetManifest
  readonly index: readonly DataSetIndexEntry[]
  /** uint16 [images] */
  readonly labels: Uint16Array
}

/** One image, its duplicates, and its file where there is one. @throws LabError 'not-found' */
export async function imageFacts({ manifest, index, labels }: KnownImages, id: number): Promise<ImageFacts> {
  const entry = index[id]
  if (!entry)
    throw new LabError(
      'not-found',
      `Data set ${manifest.name} has no image ${id}.`,
      `Image ids go from 0 to ${index.length - 1}.`,
    )
  const about = (image: number) => ({
    id: image,
    name: index[image]!.name,
    label: labels[image]!,
    className: manifest.classes[labels[image]!]!,
    part: partOf(manifest, image),
  })
  const twins = index.flatMap(({ sha256 }, other) => (other !== id && sha256 === entry.sha256 ? [about(other)] : []))
  return { ...about(id), duplicates: twins, source: await origin(manifest, entry.name) }
}

function partOf({ parts }: DataSetManifest, id: number): PartName {
  return partNames.find((name) => id < parts[name].offset + parts[name].count) ?? 'test'
}

async function origin({ source: { path, reader } }: DataSetManifest, name: string): Promise<ImageFacts['source']> {
  const nothing = (note: string): ImageFacts['source'] => ({ file: null, place: path, note })
  if (reader !== 'folder') return nothing('It came out of a file that holds many images.')
  const info = await stat(path).catch(() => null)
  if (!info) return nothing('What it was imported from is no longer there.')
  if (!info.isDirectory()) return nothing('It came out of an archive.')
  const file = await findBelow(path, name, WRAPPERS)
  return file === null ? nothing('Its file is no longer there.') : { file, place: path, note: null }
}

/** Folders around the class folders that an import looks through; so many are looked through here. */
const WRAPPERS = 4

/** The image's file: its name is relative to the folder that holds the classes, which may lie below what was given. */
async function findBelow(folder: string, name: string, depth: number): Promise<string | null> {
  const file = join(folder, name)
  if (
    await stat(file)
      .then((info) => info.isFile())
      .catch(() => false)
  )
    return file
  if (depth === 0) return null
  const below = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of below) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue
    const found = await findBelow(join(folder, entry.name), name, depth - 1)
    if (found !== null) return found
  }
  return null
}
