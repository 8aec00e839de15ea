import sharp from 'sharp'
import type { DataSetManifest } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import type { DataSets } from './data-sets'
import { readImages } from './thumbnails'

/**
 * One image of a data set as a PNG file, pixel for pixel (enlarging is the window's matter).
 * @param folder of the data set
 * @param id image id
 * @throws LabError 'not-found' when there is no such image, or the data set's file is cut short
 */
export async function imagePng(folder: string, manifest: DataSetManifest, id: number): Promise<Uint8Array> {
  const { width, height, channels } = manifest
  const pixels = await readImages(folder, manifest, [id])
  // Without its own colour space gray would be stored threefold.
  const image = sharp(pixels, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb')
  return image.png().toBuffer()
}

/**
 * Reads images by data set and image id, as PNG. Data sets never change, so each is looked up once. The id must be whole:
 * a name, or the beginning of an id, may mean another data set tomorrow, and windows keep what they were given.
 * @returns a reader that throws LabError 'not-found', as {@link imagePng}
 */
export function imageReader(
  dataSets: Pick<DataSets, 'get' | 'folder'>,
): (dataSet: string, image: number) => Promise<Uint8Array> {
  const known = new Map<string, { readonly folder: string; readonly manifest: DataSetManifest }>()
  return async (id, image) => {
    let found = known.get(id)
    if (!found) {
      const row = dataSets.get(id)
      if (row.id !== id) throw new LabError('not-found', `There is no data set with the id ${id}.`)
      found = { folder: dataSets.folder(row), manifest: row.manifest }
      known.set(id, found)
    }
    return imagePng(found.folder, found.manifest, image)
  }
}
