/** A folder or a zip as one flat list of files, the same for both. */
import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isImageKind, promisedKind, sniff, SNIFF_BYTES, type ContentKind } from '../sniff'
import { byCodeUnits, type FileLocation } from '../source'
import { readHead, unreadable } from './streams'
import { listZip, readZipHead } from './zip'

export interface TreeFile {
  /** Relative to the top, `/` between folders. */
  readonly path: string
  readonly bytes: number
  readonly location: FileLocation
  /** By its extension, else by its content. */
  readonly image: boolean
  /** Why it cannot be an image of a class, when `image` is false or its bytes cannot be had. */
  readonly reason: string | null
}

export interface Tree {
  readonly files: readonly TreeFile[]
  /** All folders, empty ones too, without a final `/`. */
  readonly folders: readonly string[]
}

/** Names that systems and tools leave behind: hidden files, macOS' and Windows' own. They are passed over without a word. */
function leftBehind(name: string): boolean {
  return name.startsWith('.') || ['__MACOSX', 'Thumbs.db', 'desktop.ini', '$RECYCLE.BIN', '@eaDir'].includes(name)
}

/** Entries of a folder that are looked at together: the disk and the system's threads answer several at a time. */
const TOGETHER = 64

/** Walks a folder, following links, never into itself. @throws LabError when something cannot be read. */
export async function folderTree(top: string): Promise<Tree> {
  const files: TreeFile[] = []
  const folders: string[] = []
  const walk = async (relative: string, above: readonly string[]): Promise<void> => {
    const folder = join(top, relative)
    const real = await realpath(folder)
    if (above.includes(real)) return
    const names = (await readdir(folder)).filter((name) => !leftBehind(name)).sort(byCodeUnits)
    for (let from = 0; from < names.length; from += TOGETHER) {
      const some = names.slice(from, from + TOGETHER).map((name) => (relative ? `${relative}/${name}` : name))
      for (const [i, found] of (await Promise.all(some.map((path) => lookAt(top, path)))).entries()) {
        if (found) files.push(found)
        else {
          folders.push(some[i]!)
          await walk(some[i]!, [...above, real])
        }
      }
    }
  }
  try {
    await walk('', [])
  } catch (cause) {
    throw unreadable((cause as NodeJS.ErrnoException).path ?? top, cause)
  }
  return { files, folders }
}

/** A file of the tree; null for a folder. */
async function lookAt(top: string, path: string): Promise<TreeFile | null> {
  const absolute = join(top, path)
  const location = { kind: 'file', path: absolute } as const
  const info = await stat(absolute).catch(() => null)
  if (info?.isDirectory()) return null
  if (!info?.isFile()) return { path, bytes: 0, location, image: false, reason: 'a broken link or special file' }
  return { path, bytes: info.size, location, ...(await judge(path, () => readHead(absolute))) }
}

/** Lists a zip as a tree. @throws LabError, see listZip. */
export async function zipTree(zip: string): Promise<Tree> {
  const files: TreeFile[] = []
  const folders = new Set<string>()
  for (const { name, location, encrypted } of await listZip(zip)) {
    const parts = name.split('/').filter((p) => p !== '' && p !== '.')
    if (parts.some(leftBehind)) continue
    const own = name.endsWith('/') ? parts.length : parts.length - 1
    for (let depth = 1; depth <= own; depth++) folders.add(parts.slice(0, depth).join('/'))
    if (name.endsWith('/')) continue
    const packed = encrypted
      ? 'encrypted in the archive: unpack it with its password and import the folder'
      : location.method !== 0 && location.method !== 8
        ? 'packed in a way that is not read (neither stored nor deflated): pack it again'
        : null
    const judged = await judge(name, () => readZipHead(zip, location, SNIFF_BYTES))
    files.push({
      path: parts.join('/'),
      bytes: location.bytes,
      location,
      image: judged.image,
      reason: packed ?? judged.reason,
    })
  }
  return { files, folders: [...folders] }
}

async function judge(
  name: string,
  head: () => Promise<Uint8Array>,
): Promise<{ image: boolean; reason: string | null }> {
  if (promisedKind(name)) return { image: true, reason: null }
  const kind = sniff(await head())
  return isImageKind(kind) ? { image: true, reason: null } : { image: false, reason: notAnImage(kind) }
}

/** Why a file of this kind is no image, with the way out. */
export function notAnImage(kind: ContentKind): string {
  switch (kind) {
    case 'html':
      return 'a web page (HTML), not an image: download the picture itself'
    case 'empty':
      return 'empty (0 bytes): fetch it again'
    case 'zip':
    case 'gzip':
    case 'xz':
    case 'tar':
      return 'an archive, not an image: unpack it and import again'
    default:
      return 'not an image of a known format (PNG, JPEG, GIF, WEBP, TIFF, BMP, AVIF)'
  }
}
