/** From slots in source order to the data set's files in final order, with its statistics and content hash. */
import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { partNames, type DataSetManifest, type PartName } from '../../../shared/data/dataset'
import { writeSynced } from './disk'
import { convertChannels } from './decode/pixels'

/** Pixels waiting in a file: uint8 [slots, height, width, channels]. */
export interface SlotFile {
  readonly path: string
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
}

/** The images that stay, in source order. */
export interface KeptImage {
  readonly slot: number
  readonly label: number
  readonly part: PartName
  readonly name: string
  readonly sha256: string
}

export type Assembled = Pick<DataSetManifest, 'hash' | 'parts' | 'mean' | 'std'> & {
  readonly images: readonly KeptImage[]
}

const CHUNK_BYTES = 1 << 20

/**
 * Writes images.u8 and labels.u16 into `folder`: training part, validation, test, each in source order.
 * @param onImages Called with the number of images written so far.
 */
export async function assemble(
  folder: string,
  slots: SlotFile,
  kept: readonly KeptImage[],
  channels: 1 | 3,
  classes: readonly string[],
  onImages: (done: number) => void,
  signal?: AbortSignal,
): Promise<Assembled> {
  const ordered = partNames.flatMap((part) => kept.filter((image) => image.part === part))
  const parts = partRanges(ordered)
  const labels = Buffer.alloc(2 * ordered.length)
  ordered.forEach((image, i) => labels.writeUInt16LE(image.label, 2 * i))
  await writeSynced(join(folder, 'labels.u16'), labels)

  const { height, width } = slots
  const hash = createHash('sha256').update(canonicalHead({ height, width, channels, classes, parts })).update(labels)
  const histogram = new PixelHistogram(channels, parts.train.count * height * width * channels)
  const source = await open(slots.path, 'r')
  const target = await open(join(folder, 'images.u8'), 'wx')
  try {
    let done = 0
    for await (const { data, count } of orderedPixels(source, slots, ordered)) {
      signal?.throwIfAborted()
      const pixels = convertChannels(data, slots.channels, channels)
      await target.writeFile(pixels)
      hash.update(pixels)
      histogram.add(pixels)
      onImages((done += count))
    }
    await target.sync()
  } finally {
    await source.close()
    await target.close()
  }
  return { images: ordered, parts, hash: hash.digest('hex'), ...histogram.statistics() }
}

/** The head of what is hashed as a data set's content: one line of JSON with its keys in this order; labels and pixels follow. */
function canonicalHead(
  head: Pick<DataSetManifest, 'height' | 'width' | 'channels' | 'parts'> & { readonly classes: readonly string[] },
): string {
  const { height, width, channels, classes, parts } = head
  const counts = partNames.map((part) => parts[part].count)
  return `${JSON.stringify({ height, width, channels, classes, counts })}\n`
}

function partRanges(ordered: readonly KeptImage[]): DataSetManifest['parts'] {
  const count = (part: PartName): number => ordered.reduce((n, image) => n + (image.part === part ? 1 : 0), 0)
  const [train, validation, test] = partNames.map(count) as [number, number, number]
  return {
    train: { offset: 0, count: train },
    validation: { offset: train, count: validation },
    test: { offset: train + validation, count: test },
  }
}

/** Reads the slots of `ordered` in that order, neighbouring slots together, about a megabyte at a time. */
async function* orderedPixels(
  source: FileHandle,
  slots: SlotFile,
  ordered: readonly KeptImage[],
): AsyncGenerator<{ data: Uint8Array; count: number }> {
  const imageBytes = slots.height * slots.width * slots.channels
  const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / imageBytes))
  for (let start = 0; start < ordered.length; start += perChunk) {
    const chunk = ordered.slice(start, start + perChunk)
    const data = Buffer.alloc(chunk.length * imageBytes)
    for (let i = 0, run = 1; i < chunk.length; i += run, run = 1) {
      while (chunk[i + run]?.slot === chunk[i]!.slot + run) run++
      const { bytesRead } = await source.read(data, i * imageBytes, run * imageBytes, chunk[i]!.slot * imageBytes)
      if (bytesRead !== run * imageBytes) throw new Error(`slot ${chunk[i]!.slot} of ${slots.path} was not written`)
    }
    yield { data, count: chunk.length }
  }
}

/** Counts of each byte value by channel, over the first `limit` bytes: exact statistics whatever the number of images. */
class PixelHistogram {
  readonly #counts: Float64Array[]
  #left: number
  constructor(channels: 1 | 3, limit: number) {
    this.#counts = Array.from({ length: channels }, () => new Float64Array(256))
    this.#left = limit
  }

  /** @param pixels Whole pixels, channels last. */
  add(pixels: Uint8Array): void {
    const channels = this.#counts.length
    const length = Math.min(pixels.length, this.#left)
    this.#counts.forEach((counts, c) => {
      for (let i = c; i < length; i += channels) counts[pixels[i]!]!++
    })
    this.#left -= length
  }

  /** Mean and population standard deviation of value / 255 by channel. */
  statistics(): { mean: number[]; std: number[] } {
    const mean = this.#counts.map((counts) => moment(counts, (v) => v / 255))
    const std = this.#counts.map((counts, c) => Math.sqrt(moment(counts, (v) => (v / 255 - mean[c]!) ** 2)))
    return { mean, std }
  }
}

function moment(counts: Float64Array, f: (value: number) => number): number {
  let sum = 0
  let n = 0
  counts.forEach((count, value) => {
    sum += count * f(value)
    n += count
  })
  return sum / n
}
