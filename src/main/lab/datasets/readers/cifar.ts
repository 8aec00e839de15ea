/**
 * CIFAR-10 and CIFAR-100, binary version (https://www.cs.toronto.edu/~kriz/cifar.html): records of one label byte
 * (CIFAR-100: coarse, then fine) and 3,072 pixel bytes, planes R, G, B, each 32 × 32 row-major. From a folder, a .tar or a .tar.gz.
 */
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { LabError } from '../../../../shared/errors'
import type { RecordBlock, RecordSource } from '../source'
import { cifarFile, memberRecords, members, type CifarPlace, type Member, type Reader } from './cifar-files'
import { cifar100CoarseNames, cifar100FineNames, cifar10Names } from './cifar-names'

const SIDE = 32
const PIXELS = SIDE * SIDE
const IMAGE_BYTES = 3 * PIXELS

/** One .bin file and what its first reading found. */
interface BinFile {
  /** Without folders and extension: data_batch_1. */
  readonly stem: string
  readonly part: 'train' | 'test'
  /** Label bytes in file order. */
  readonly labels: Uint8Array
}

/**
 * Opens CIFAR files: reads them once for the labels, checks lengths and label ranges. Pixels come from `blocks`.
 * @param coarse CIFAR-100: the 20 coarse labels instead of the 100 fine ones.
 * @throws LabError naming the file: odd size, label out of range, damaged archive, no training part, both CIFARs in one place.
 */
export async function openCifar(place: CifarPlace, coarse = false): Promise<RecordSource> {
  const { reader, files, names } = await readLabels(place)
  if (coarse && reader === 'cifar10')
    throw new LabError(
      'bad-input',
      `${place.path} is CIFAR-10, which has no coarse labels.`,
      'Import it without coarse labels.',
    )
  const ofPart = (part: BinFile['part']): BinFile[] =>
    files.filter((f) => f.part === part).sort((a, b) => batchNumber(a) - batchNumber(b))
  const ordered = [...ofPart('train'), ...ofPart('test')]
  if (ofPart('train').length === 0)
    throw new LabError(
      'bad-input',
      `${place.path} has no training file (${reader === 'cifar10' ? 'data_batch_1.bin' : 'train.bin'}), only the test part.`,
      'Give the whole folder or archive as published.',
    )
  const firstSlots = new Map<string, number>()
  let slots = 0
  for (const file of ordered) {
    firstSlots.set(file.stem, slots)
    slots += recordCount(file, reader)
  }
  const labelBytes = reader === 'cifar10' ? 1 : 2
  const trainCount = ofPart('train').reduce((sum, f) => sum + recordCount(f, reader), 0)
  const labels = Uint16Array.from(
    ordered.flatMap((f) => [...f.labels.filter((_, i) => i % labelBytes === (labelBytes === 2 && !coarse ? 1 : 0))]),
  )
  return {
    kind: 'records',
    reader,
    coarse,
    path: place.path,
    name: basename(place.path).replace(/(\.tar)?\.(gz|tgz|tar)$/i, ''),
    classes: classNames(reader, coarse, names),
    bytes: slots * (labelBytes + IMAGE_BYTES),
    notes: [],
    skipped: [],
    height: SIDE,
    width: SIDE,
    channels: 3,
    trainCount,
    testCount: slots - trainCount,
    labels,
    imageName: (slot) => {
      const file = ordered.findLast((f) => firstSlots.get(f.stem)! <= slot)!
      return `${file.stem}/${String(slot - firstSlots.get(file.stem)!).padStart(5, '0')}`
    },
    blocks: () => pixelBlocks(place, labelBytes, firstSlots, slots),
  }
}

function batchNumber(file: BinFile): number {
  return Number(/\d+$/.exec(file.stem)?.[0] ?? 0)
}

function recordCount(file: BinFile, reader: Reader): number {
  return file.labels.length / (reader === 'cifar10' ? 1 : 2)
}

function classNames(reader: Reader, coarse: boolean, files: ReadonlyMap<string, string[]>): readonly string[] {
  const [file, standard] =
    reader === 'cifar10'
      ? (['batches.meta.txt', cifar10Names] as const)
      : coarse
        ? (['coarse_label_names.txt', cifar100CoarseNames] as const)
        : (['fine_label_names.txt', cifar100FineNames] as const)
  const own = files.get(file)
  // A relative of CIFAR brings its own names; a file that does not fit says nothing.
  return own?.length === standard.length && new Set(own).size === own.length ? own : standard
}

async function readLabels(
  place: CifarPlace,
): Promise<{ reader: Reader; files: BinFile[]; names: Map<string, string[]> }> {
  const files: BinFile[] = []
  const names = new Map<string, string[]>()
  const readers = new Set<Reader>()
  for await (const member of members(place)) {
    const bin = cifarFile(member.name)
    const file = member.name.slice(member.name.lastIndexOf('/') + 1)
    if (bin) {
      readers.add(bin.reader)
      if (files.some((f) => f.stem === bin.stem))
        throw new LabError('bad-input', `${place.path} holds ${file} twice.`, 'Give one data set at a time.')
      files.push({ ...bin, labels: await labelsOf(place, member, bin.reader) })
    } else if (/^(batches\.meta|(fine|coarse)_label_names)\.txt$/.test(file))
      names.set(file, await lines(member.stream))
    else member.stream.resume()
  }
  if (readers.size > 1)
    throw new LabError(
      'bad-input',
      `${place.path} holds files of CIFAR-10 and of CIFAR-100.`,
      'Put each into its own folder.',
    )
  const [reader] = readers
  if (!reader)
    throw new LabError('bad-input', `${place.path} holds no CIFAR files.`, 'Give the binary version as published.')
  return { reader, files, names }
}

async function lines(stream: Readable): Promise<string[]> {
  const parts: Buffer[] = []
  for await (const part of stream as AsyncIterable<Buffer>) parts.push(part)
  const text = Buffer.concat(parts).toString('utf8')
  return text
    .split('\n')
    .map((l) => l.trim())
    .filter(Boolean)
}

async function labelsOf(place: CifarPlace, member: Member, reader: Reader): Promise<Uint8Array> {
  const labelBytes = reader === 'cifar10' ? 1 : 2
  const limits = reader === 'cifar10' ? [10] : [20, 100]
  const record = labelBytes + IMAGE_BYTES
  const where = place.container === 'folder' ? join(place.path, member.name) : `${member.name} in ${place.path}`
  if (member.bytes === 0 || member.bytes % record !== 0)
    throw new LabError(
      'bad-input',
      `${where} has ${member.bytes} bytes, which is no whole number of ${record}-byte records.`,
      'It is cut short or of another kind: fetch the binary version of the data set again.',
    )
  const labels = new Uint8Array((member.bytes / record) * labelBytes)
  let done = 0
  for await (const block of memberRecords(place, member, record))
    for (let offset = 0; offset < block.length; offset += record)
      for (let i = 0; i < labelBytes; i++) {
        const label = block[offset + i]!
        if (label >= limits[i]!)
          throw new LabError(
            'bad-input',
            `${where} has label ${label} in record ${Math.floor(done / labelBytes)}; labels go from 0 to ${limits[i]! - 1}.`,
            'It is damaged or of another kind: fetch the binary version of the data set again.',
          )
        labels[done++] = label
      }
  return labels
}

async function* pixelBlocks(
  place: CifarPlace,
  labelBytes: number,
  firstSlots: ReadonlyMap<string, number>,
  slots: number,
): AsyncGenerator<RecordBlock> {
  const record = labelBytes + IMAGE_BYTES
  let total = 0
  for await (const member of members(place)) {
    const bin = cifarFile(member.name)
    if (!bin) {
      member.stream.resume()
      continue
    }
    let first = firstSlots.get(bin.stem)!
    for await (const block of memberRecords(place, member, record)) {
      const count = Math.floor(block.length / record)
      yield { first, count, pixels: channelsLast(block, count, labelBytes) }
      first += count
      total += count
    }
  }
  if (total !== slots) throw new LabError('bad-input', `${place.path} changed while it was read.`, 'Import it again.')
}

/** [n, label + 3·1024] planes → [n, 32, 32, 3]. */
function channelsLast(block: Uint8Array, count: number, labelBytes: number): Uint8Array {
  const pixels = new Uint8Array(count * IMAGE_BYTES)
  for (let n = 0; n < count; n++) {
    let from = n * (labelBytes + IMAGE_BYTES) + labelBytes
    let to = n * IMAGE_BYTES
    for (let p = 0; p < PIXELS; p++, from++, to += 3) {
      pixels[to] = block[from]!
      pixels[to + 1] = block[from + PIXELS]!
      pixels[to + 2] = block[from + 2 * PIXELS]!
    }
  }
  return pixels
}
