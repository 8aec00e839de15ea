import sharp from 'sharp'
import type { DataSetManifest } from '../../../shared/data/dataset'
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
