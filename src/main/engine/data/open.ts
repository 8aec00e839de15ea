import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { type DataSetManifest, dataSetManifestSchema, partNames, type PartName } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import type { InputShape } from '../../../shared/experiment/family'

/** Images files up to this many bytes are held in memory, larger ones are read by position. */
const HOLD_LIMIT = 1e9

/** A cached data set, opened for reading: uint8 pixels and class numbers by image id (its place in images.u8). */
export interface OpenDataSet {
  readonly manifest: DataSetManifest
  /** H, W, C and K that the model must fit. */
  readonly input: InputShape
  /** Class number of every image, [N]. */
  readonly labels: Uint16Array
  /** Copies the pixels of image `id` (H · W · C values) into `target` at `offset`. @throws LabError when the file cannot be read. */
  copyImage(id: number, target: Uint8Array, offset: number): void
  close(): void
}

/** The ids of one part, in data set order. */
export function partIds(dataSet: OpenDataSet, part: PartName): Uint32Array {
  const { offset, count } = dataSet.manifest.parts[part]
  return Uint32Array.from({ length: count }, (_, i) => offset + i)
}

/**
 * Opens the data set in `folder` and checks that its files are whole.
 * @throws LabError naming the file and what is wrong with it.
 */
export function openDataSet(folder: string, holdLimit = HOLD_LIMIT): OpenDataSet {
  const manifest = readManifest(join(folder, 'dataset.json'))
  const { height, width, channels, classes, parts } = manifest
  const images = partNames.reduce((sum, name) => sum + parts[name].count, 0)
  const imageBytes = height * width * channels
  const labels = readLabels(join(folder, 'labels.u16'), images, classes.length)
  const file = join(folder, 'images.u8')
  expectSize(file, images * imageBytes)
  const source = images * imageBytes <= holdLimit ? heldInMemory(file, imageBytes) : readByPosition(file, imageBytes)
  return { manifest, input: { height, width, channels, classes: classes.length }, labels, ...source }
}

type PixelSource = Pick<OpenDataSet, 'copyImage' | 'close'>

function heldInMemory(file: string, imageBytes: number): PixelSource {
  const pixels = new Uint8Array(readFileSync(file))
  return {
    copyImage: (id, target, offset) => target.set(pixels.subarray(id * imageBytes, (id + 1) * imageBytes), offset),
    close: () => undefined,
  }
}

function readByPosition(file: string, imageBytes: number): PixelSource {
  const descriptor = openSync(file, 'r')
  return {
    copyImage: (id, target, offset) => {
      for (let done = 0; done < imageBytes;) {
        const read = readSync(descriptor, target, offset + done, imageBytes - done, id * imageBytes + done)
        if (read === 0) throw damaged(file, 'it ends too early')
        done += read
      }
    },
    close: () => closeSync(descriptor),
  }
}

function readManifest(file: string): DataSetManifest {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new LabError('not-found', `There is no data set at ${file}: ${(error as Error).message}`, 'Import it again.')
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw damaged(file, (error as Error).message)
  }
  const parsed = dataSetManifestSchema.safeParse(json)
  if (!parsed.success)
    throw damaged(file, parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '))
  const { parts, channels, mean, std } = parsed.data
  if (mean.length !== channels || std.length !== channels)
    throw damaged(file, `mean and std must hold ${channels} value(s) each`)
  let end = 0
  for (const name of partNames) {
    if (parts[name].count > 0 && parts[name].offset !== end)
      throw damaged(file, `part ${name} does not start at ${end}`)
    end += parts[name].count
  }
  if (parts.train.count === 0) throw damaged(file, 'its training part is empty')
  return parsed.data
}

function readLabels(file: string, images: number, classes: number): Uint16Array {
  expectSize(file, images * 2)
  const bytes = readFileSync(file)
  if (endianness() === 'BE') bytes.swap16()
  const labels = new Uint16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
  const wrong = labels.findIndex((label) => label >= classes)
  if (wrong >= 0) throw damaged(file, `image ${wrong} has class ${labels[wrong]}, of ${classes} classes`)
  return labels
}

function expectSize(file: string, bytes: number): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size
  if (size === undefined) throw damaged(file, 'it is missing')
  if (size !== bytes) throw damaged(file, `it has ${size} bytes instead of ${bytes}`)
}

const damaged = (file: string, reason: string): LabError =>
  new LabError(
    'bad-input',
    `The data set file ${file} is damaged: ${reason}.`,
    'Delete the data set and import it again.',
  )
