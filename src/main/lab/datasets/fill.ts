/** First half of an import: every image of the source into its slot of a temporary file. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/errors'
import type { SlotFile } from './assemble'
import { hashPixels } from './decode/pixels'
import type { DecodeJob, DecodeResult, DecodeSetup } from './decode/messages'
import { decodeAll, type DecodeHooks } from './decode/pool'
import type { CheckedOptions } from './options'
import type { ImageSource, RecordSource } from './source'

type Decoded = Extract<DecodeResult, { outcome: 'done' }>

/** What filling gave, by slot. */
export interface Filled {
  readonly slots: SlotFile
  /** Pixel hash by slot; undefined where the image was skipped. */
  readonly hashes: readonly (string | undefined)[]
  /** For image files: what decoding told, by slot. */
  readonly decoded: readonly (Decoded | undefined)[]
  /** Skipped while decoding, by slot. */
  readonly skipped: readonly { readonly slot: number; readonly reason: string }[]
}

/** Reports that `done` of the source's images are through. */
export type OnImages = (done: number) => void

/** Default side for image files. */
export const DEFAULT_SIZE = 32

/** Reads IDX or CIFAR records into slots of their native size, hashing each. */
export async function fillFromRecords(
  source: RecordSource,
  folder: string,
  onImages: OnImages,
  signal?: AbortSignal,
): Promise<Filled> {
  const { height, width, channels, labels } = source
  const imageBytes = height * width * channels
  const path = join(folder, 'records.tmp')
  const hashes = new Array<string | undefined>(labels.length)
  const file = await open(path, 'wx')
  try {
    let done = 0
    for await (const { first, count, pixels } of source.blocks()) {
      signal?.throwIfAborted()
      for (let i = 0; i < count; i++)
        hashes[first + i] = hashPixels({
          height,
          width,
          channels,
          data: pixels.subarray(i * imageBytes, (i + 1) * imageBytes),
        })
      await writeAt(file, pixels.subarray(0, count * imageBytes), first * imageBytes)
      onImages((done += count))
    }
  } finally {
    await file.close()
  }
  return { slots: { path, height, width, channels }, hashes, decoded: [], skipped: [] }
}

async function writeAt(file: Awaited<ReturnType<typeof open>>, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length;)
    done += (await file.write(data, done, data.length - done, position + done)).bytesWritten
}

/** Brings native records to another size, in the decode processes. */
export async function resizeRecords(
  filled: Filled,
  size: number,
  options: CheckedOptions,
  folder: string,
  onImages: OnImages,
  hooks: DecodeHooks,
): Promise<Filled> {
  const jobs = filled.hashes.map((_, slot): DecodeJob => ({ slot, location: { kind: 'record' }, large: false }))
  const { slots, results } = await decodeInto(folder, size, options, filled.slots, jobs, onImages, hooks)
  const failed = results.find((r) => r?.outcome === 'skipped')
  if (failed?.outcome === 'skipped') throw new Error(`record ${failed.slot}: ${failed.reason}`)
  return { ...filled, slots }
}

/** Decodes image files into slots of the chosen size. */
export async function fillFromImages(
  source: ImageSource,
  options: CheckedOptions,
  folder: string,
  onImages: OnImages,
  hooks: DecodeHooks,
): Promise<Filled> {
  const jobs = source.files.map(({ location }, slot): DecodeJob => ({ slot, location, large: false }))
  const size = options.size ?? DEFAULT_SIZE
  const { slots, results } = await decodeInto(folder, size, options, null, jobs, onImages, hooks)
  const decoded = results.map((r) => (r?.outcome === 'done' ? r : undefined))
  return {
    slots,
    decoded,
    hashes: decoded.map((r) => r?.sha256),
    skipped: results.flatMap((r) =>
      r?.outcome === 'skipped' ? [{ slot: r.slot, reason: `${r.reason}: ${r.hint}` }] : [],
    ),
  }
}

async function decodeInto(
  folder: string,
  size: number,
  { fit, background }: CheckedOptions,
  records: DecodeSetup['records'],
  jobs: readonly DecodeJob[],
  onImages: OnImages,
  hooks: DecodeHooks,
): Promise<{ slots: SlotFile; results: (DecodeResult | undefined)[] }> {
  const path = join(folder, 'fitted.tmp')
  await (await open(path, 'wx')).close()
  const results = new Array<DecodeResult | undefined>(jobs.length)
  let done = 0
  const setup: DecodeSetup = { fitting: { height: size, width: size, fit, background }, output: path, records }
  const onResult = (result: DecodeResult): void => {
    if (result.outcome === 'skipped' && result.gone) throw vanished(jobs[result.slot]!.location)
    results[result.slot] = result
    onImages(++done)
  }
  await decodeAll(setup, jobs, onResult, hooks)
  return { slots: { path, height: size, width: size, channels: 3 }, results }
}

/** A folder or drive that goes while it is read would leave half a data set, which nobody has asked for. */
function vanished(location: DecodeJob['location']): LabError {
  const file = location.kind === 'record' ? 'The import’s own file' : location.path
  return new LabError(
    'not-found',
    `${file} was there when the import began, and is gone now. Nothing was imported.`,
    'See that the folder or drive stays until the import has ended, then import it again.',
  )
}
