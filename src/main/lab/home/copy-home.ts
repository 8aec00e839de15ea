import { lstat, mkdir, open, readlink, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/errors'
import { syncFolder } from '../datasets/disk'
import { type HomeEntry, listHome } from './list-home'

/** Bytes read and written at a time: between two it can be ended. */
const PIECE = 4 * 2 ** 20

/**
 * Copies what {@link listHome} found to another folder, each file flushed to the disk.
 * @param onBytes told how many bytes were copied so far
 * @throws what `signal` was aborted with, else what the file system says
 */
export async function copyHome(
  entries: readonly HomeEntry[],
  from: string,
  to: string,
  { signal, onBytes }: { readonly signal?: AbortSignal | undefined; readonly onBytes?: (done: number) => void },
): Promise<void> {
  let done = 0
  const piece = Buffer.allocUnsafe(PIECE)
  for (const { path, kind, target } of entries) {
    signal?.throwIfAborted()
    if (kind === 'folder') await mkdir(join(to, path))
    else if (kind === 'link') await symlink(target!, join(to, path))
    else
      for await (const bytes of copyFile(join(from, path), join(to, path), piece)) {
        onBytes?.((done += bytes))
        signal?.throwIfAborted()
      }
  }
  const folders = entries.filter(({ kind }) => kind === 'folder')
  for (const { path } of folders) await syncFolder(join(to, path))
  await syncFolder(to)
}

/** Copies a file with its times and rights. @yields bytes of each piece that was written */
async function* copyFile(from: string, to: string, piece: Buffer): AsyncGenerator<number> {
  const source = await open(from, 'r')
  try {
    const { mode, atime, mtime } = await source.stat()
    const target = await open(to, 'wx', mode)
    try {
      for (;;) {
        const { bytesRead } = await source.read(piece, 0, piece.length)
        if (bytesRead === 0) break
        await writeAll(target, piece.subarray(0, bytesRead))
        yield bytesRead
      }
      await target.utimes(atime, mtime)
      await target.sync()
    } finally {
      await target.close()
    }
  } finally {
    await source.close()
  }
}

async function writeAll(target: Awaited<ReturnType<typeof open>>, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length;)
    written += (await target.write(bytes, written, bytes.length - written)).bytesWritten
}

/**
 * Holds a copy against what was copied, and that against what it was when the copy began.
 * @throws LabError 'storage' naming the first difference
 */
export async function checkCopy(entries: readonly HomeEntry[], from: string, to: string): Promise<void> {
  const now = new Map((await listHome(from)).map((entry) => [entry.path, entry]))
  for (const entry of entries) {
    const { path, kind, bytes, modified } = entry
    const still = now.get(path)
    if (!still || still.kind !== kind || still.bytes !== bytes || (kind === 'file' && still.modified !== modified))
      throw changed(join(from, path))
    now.delete(path)
    const copy = await lstat(join(to, path)).catch(() => null)
    const same =
      kind === 'folder'
        ? copy?.isDirectory()
        : kind === 'link'
          ? copy?.isSymbolicLink() && (await readlink(join(to, path))) === entry.target
          : copy?.isFile() && copy.size === bytes
    if (!same)
      throw new LabError('storage', `The copy ${join(to, path)} is not whole.`, 'Check its disk, then move it again.')
  }
  const [added] = now.keys()
  if (added !== undefined) throw changed(join(from, added))
}

const changed = (path: string): LabError =>
  new LabError('storage', `${path} was changed while the lab was copied.`, 'See what changes it, then move it again.')
