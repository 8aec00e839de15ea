/** Pixels of single images out of a data set. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataSetManifest } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import { broken, files } from './cache'
import { requirePresent } from './partial'

/**
 * Pixels of some images: for thumbnails, and wherever a few of many are wanted.
 * @param ids Image ids, any order, repeats allowed.
 * @returns uint8 [ids.length, H, W, C], in the order of `ids`.
 * @throws LabError when an id is out of range, the image did not come along, or the file is cut short.
 */
export async function readImages(
  folder: string,
  manifest: DataSetManifest,
  ids: readonly number[],
): Promise<Uint8Array> {
  const { train, validation, test } = manifest.parts
  const total = train.count + validation.count + test.count
  const wrong = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= total)
  if (wrong !== undefined)
    throw new LabError(
      'not-found',
      `Data set ${manifest.name} has no image ${wrong}.`,
      `Image ids go from 0 to ${total - 1}.`,
    )
  requirePresent(folder, manifest, ids)
  const imageBytes = manifest.height * manifest.width * manifest.channels
  const path = join(folder, files.images)
  const pixels = new Uint8Array(ids.length * imageBytes)
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw broken(path, cause)
  })
  try {
    // Neighbouring ids are read together.
    for (let i = 0, run = 1; i < ids.length; i += run, run = 1) {
      while (ids[i + run] === ids[i]! + run) run++
      const { bytesRead } = await file.read(pixels, i * imageBytes, run * imageBytes, ids[i]! * imageBytes)
      if (bytesRead !== run * imageBytes) throw broken(path, new Error('cut short'))
    }
  } finally {
    await file.close()
  }
  return pixels
}
