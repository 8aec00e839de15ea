import { randomUUID } from 'node:crypto'
import { access, constants, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { LabError } from '../../../../shared/errors'

/** A file's content: whole, or in parts that are written as they come. */
export type Content = string | Uint8Array | Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'it may not be written',
  EPERM: 'it may not be written',
  EROFS: 'it lies on a read-only file system',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EEXIST: 'a file of that name is in the way',
  EISDIR: 'a folder of that name is in the way',
  ENOTEMPTY: 'a folder of that name is in the way',
}

/** Says what kept `path` from being written; errors that are no person's to solve go on as they are. */
function writeError(path: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  const reason = reasons[code]
  if (reason === undefined) return cause
  const room = code === 'ENOSPC' || code === 'EDQUOT'
  const hint = room ? 'Free some room or choose another folder.' : 'Choose another folder, or make this one writable.'
  return new LabError('storage', `${path} was not written: ${reason} (${code}).`, hint, { cause })
}

/** Makes the folder when it is not there. @throws LabError 'storage' when it cannot be made or written. */
export async function openFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw writeError(folder, error)
  }
}

/**
 * Writes a file whole or not at all: under a temporary name beside it, flushed to the disk, then renamed over `path`.
 * Parts are written one by one, so memory holds one part. A signal that is aborted ends it and leaves nothing behind.
 * @throws LabError 'storage' when the folder is read-only or full; what `content` throws
 */
export async function writeWhole(path: string, content: Content, signal?: AbortSignal): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID().slice(0, 8)}.part`)
  const parts = typeof content === 'string' || content instanceof Uint8Array ? [content] : content
  try {
    const file = await open(temporary, 'wx')
    try {
      for await (const part of parts) {
        signal?.throwIfAborted()
        await file.writeFile(part)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw writeError(path, error)
  }
}
