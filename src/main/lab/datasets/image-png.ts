import sharp from 'sharp'
import type { DataSetManifest } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import type { DataSets } from './data-sets'
import type { PreviewStore } from './preview-store'
import { readImages } from './thumbnails'

/** Size of one image's pixels, channels last. */
export type PixelShape = Pick<DataSetManifest, 'height' | 'width' | 'channels'>

/** Pixels as a PNG file, one for one (enlarging is the window's matter). @param pixels uint8 [H, W, C] */
export function pixelsPng(pixels: Uint8Array, { height, width, channels }: PixelShape): Promise<Uint8Array> {
  // Without its own colour space gray would be stored threefold.
  const image = sharp(pixels, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb')
  return image.png().toBuffer()
}

/**
 * One image of a data set as a PNG file.
 * @param folder of the data set
 * @param id image id
 * @throws LabError 'not-found' when there is no such image, or the data set's file is cut short
 */
export async function imagePng(folder: string, manifest: DataSetManifest, id: number): Promise<Uint8Array> {
  return pixelsPng(await readImages(folder, manifest, [id]), manifest)
}

/** Reads an image by the end of its address: what follows /images/. @throws LabError 'not-found' */
export type ImageReader = (tail: string) => Promise<Uint8Array>

/** How long a window may keep an image: data sets never change, a preview's token is never used again. */
export const IMAGE_CACHE_CONTROL = 'private, max-age=31536000, immutable'

/**
 * Reads images as PNG: `DATASET/ID.png` of data sets, `preview/TOKEN/N.png` of previews. Data sets never change, so each is
 * looked up once. Its id must be whole: a name, or the beginning of an id, may mean another data set tomorrow, and windows
 * keep what they were given.
 */
export function imageReader(
  dataSets: Pick<DataSets, 'get' | 'folder'>,
  previews: Pick<PreviewStore, 'get'>,
): ImageReader {
  const known = new Map<string, { readonly folder: string; readonly manifest: DataSetManifest }>()
  const ofDataSet = async (id: string, image: number): Promise<Uint8Array> => {
    let found = known.get(id)
    if (!found) {
      const row = dataSets.get(id)
      if (row.id !== id) throw new LabError('not-found', `There is no data set with the id ${id}.`)
      found = { folder: dataSets.folder(row), manifest: row.manifest }
      known.set(id, found)
    }
    return imagePng(found.folder, found.manifest, image)
  }
  return async (tail) => {
    const [, preview, owner, image] = /^(preview\/)?([^/]+)\/(\d{1,9})\.png$/.exec(tail) ?? []
    if (owner === undefined) throw new LabError('not-found', 'There is no such image.')
    return preview ? previews.get(owner, Number(image)) : ofDataSet(owner, Number(image))
  }
}
