/** "Classify this image": one file through the very same decoding and fitting as the import. */
import type { DataSetManifest } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import type { DecodeResult } from './decode/messages'
import { convertChannels } from './decode/pixels'
import { decodeAll } from './decode/pool'

/**
 * Decodes and fits images the way the data set was made: its size, fit, background and channels. Data sets of records
 * (fit `none`) take the middle of the picture, as `crop` does.
 * @returns One uint8 [H, W, C] for each path, in order.
 * @throws LabError naming the first file that cannot be read, why, and what to do.
 */
export async function prepareImages(
  paths: readonly string[],
  manifest: DataSetManifest,
  signal?: AbortSignal,
): Promise<Uint8Array[]> {
  const { height, width, channels, source } = manifest
  const fit = source.fit === 'none' ? 'crop' : source.fit
  const results = new Array<DecodeResult>(paths.length)
  await decodeAll(
    { fitting: { height, width, fit, background: source.background }, output: null, records: null },
    paths.map((path, slot) => ({ slot, location: { kind: 'file', path }, large: false })),
    (result) => (results[result.slot] = result),
    { signal },
  )
  return results.map((result, i) => {
    if (result.outcome === 'done') return convertChannels(result.pixels!, 3, channels)
    const { reason, hint } = result as Extract<DecodeResult, { outcome: 'skipped' }>
    throw new LabError(
      'bad-input',
      `${paths[i]} cannot be used: ${reason}.`,
      `${hint[0]!.toUpperCase()}${hint.slice(1)}.`,
    )
  })
}

/** One image, see {@link prepareImages}. @returns uint8 [H, W, C]. */
export async function prepareImage(path: string, manifest: DataSetManifest): Promise<Uint8Array> {
  return (await prepareImages([path], manifest))[0]!
}
