/** Brings a public data set's files: downloads what is missing into a folder of its own, to be deleted after the import. */
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { freeBytes, requireRoom, storageError } from '../disk'
import type { ImportProgress } from '../progress'
import { downloadBytes, type PublicSet } from './catalog'
import { downloadFile, type DownloadOptions } from './download'
import { PartFile } from './part-file'

/** What bringing calls while it works. */
export type BringHooks = Pick<DownloadOptions, 'waitsMs' | 'stallMs' | 'environment'> & {
  readonly signal: AbortSignal
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined
  /** Free bytes at a folder; only tests give another than the disk's. */
  readonly freeBytes?: ((folder: string) => Promise<number>) | undefined
}

/**
 * Downloads a set's files into `folder`, going on where an earlier call ended.
 * @returns the path to import
 * @throws LabError as downloadFile, and 'storage' before anything is asked for when there is no room · the signal's reason
 */
export async function bringFiles(set: PublicSet, folder: string, hooks: BringHooks): Promise<string> {
  const total = downloadBytes(set)
  try {
    await mkdir(folder, { recursive: true })
    const missing = total - (await partBytes(set, folder))
    await requireRoom(folder, missing, hooks.freeBytes ?? freeBytes, 'the download')
  } catch (cause) {
    throw await storageError(cause, folder, total, 'the download')
  }
  let before = 0
  for (const file of set.files) {
    const tell = teller(hooks.onProgress, before, total)
    await downloadFile(file, join(folder, file.name), { ...hooks, ...tell })
    before += file.bytes
  }
  return set.files.length === 1 ? join(folder, set.files[0]!.name) : folder
}

/** Progress of one file as progress of all: at most ten times a second, and whenever what it waits for changes. */
function teller(onProgress: BringHooks['onProgress'], before: number, total: number) {
  let last = 0
  let done = before
  const tell = (detail: string | null): void => {
    last = performance.now()
    onProgress?.({ phase: 'downloading', done, total, detail })
  }
  return {
    onWait: tell,
    onBytes: (bytes: number): void => {
      done = before + bytes
      if (done === total || performance.now() - last >= 100) tell(null)
    },
  }
}

/** Bytes that are there of a set's files. */
export async function partBytes(set: PublicSet, folder: string): Promise<number> {
  let bytes = 0
  for (const file of set.files) {
    const part = new PartFile(join(folder, file.name))
    bytes += (await part.whole()) ? file.bytes : Math.min(file.bytes, await part.size())
  }
  return bytes
}

/** Deletes what was downloaded of a set. */
export async function discardFiles(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true })
}
