import { mkdir, readdir, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { LabError } from '../../../shared/errors'
import { checkDatabase } from '../../store/copy'
import { freeBytes, storageError, syncFolder, writeSynced } from '../datasets/disk'
import type { Lab } from '../lab'
import { checkCopy, copyHome } from './copy-home'
import { UNFINISHED } from './home'
import { bytesOf, type HomeEntry, listHome } from './list-home'
import { readLocation, writeLocation } from './location'
import { checkTarget, requireMovable, type Target } from './target'

/** How far a move is. Bytes. */
export interface MoveProgress {
  readonly phase: 'copying' | 'checking'
  readonly done: number
  readonly total: number
}

/** What a move is given. */
export interface MoveOptions {
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: (progress: MoveProgress) => void
  /** For tests: free bytes of a folder. */
  readonly free?: (folder: string) => Promise<number>
}

/** In the database of a lab that was moved: the folder left behind holds what it was. Not a key a window can use. */
export const MOVED_SETTING = 'lab/moved'

/** What would be moved, and where to; nothing is written. @throws LabError as {@link checkTarget} and {@link requireMovable} */
export async function planMove(
  lab: Lab,
  to: string,
  free: (folder: string) => Promise<number> = freeBytes,
): Promise<{ target: Target; entries: readonly HomeEntry[]; bytes: number }> {
  requireMovable(lab.home)
  const entries = await listHome(lab.home.folder)
  const bytes = bytesOf(entries) + lab.store.bytes
  return { target: await checkTarget(lab.home, to, bytes, free), entries, bytes }
}

/**
 * Moves a lab to another folder: copies all of it, checks the copy, and writes down that it lies there now. That one write
 * (location.ts) is the move: killed before it the lab is where it was, killed after it the lab is where it was moved. The
 * folder left behind stays as it is (former.ts). The lab stays open where it was; nothing may be written to it from the
 * beginning, and it is to be opened anew afterwards.
 * @param to absolute, or below ~
 * @returns the folder it lies in now
 * @throws LabError as planMove; 'storage' when the copy fails or is not whole; 'cancelled'. Nothing is left of it then.
 */
export async function moveHome(lab: Lab, to: string, options: MoveOptions = {}): Promise<string> {
  const { target, entries, bytes } = await planMove(lab, to, options.free)
  const { folder } = target
  const made = await begin(lab, target)
  try {
    await copyAll(lab, entries, bytes, folder, options)
    options.signal?.throwIfAborted()
    commit(lab, folder)
  } catch (cause) {
    // What cannot be removed, as on a disk that is gone, stays marked as unfinished.
    await takeBack(folder, made).catch(() => undefined)
    if (options.signal?.aborted)
      throw new LabError('cancelled', 'The lab was not moved.', `It is whole where it was: ${lab.home.folder}.`)
    throw await storageError(cause, folder, bytes, 'the lab')
  }
  await rm(join(folder, UNFINISHED), { force: true })
  return folder
}

/** Makes and marks the folder. @returns the first folder that had to be made for it; undefined: none */
async function begin(lab: Lab, { folder, unfinished }: Target): Promise<string | undefined> {
  try {
    if (unfinished) await rm(folder, { recursive: true, force: true })
    const made = await mkdir(folder, { recursive: true })
    await writeSynced(join(folder, UNFINISHED), JSON.stringify({ from: lab.home.folder }))
    await syncFolder(folder)
    await syncFolder(dirname(folder))
    return made
  } catch (cause) {
    throw await storageError(cause, folder, 0, 'the lab')
  }
}

async function copyAll(
  lab: Lab,
  entries: readonly HomeEntry[],
  total: number,
  folder: string,
  { signal, onProgress }: MoveOptions,
): Promise<void> {
  const files = bytesOf(entries)
  const tell = (phase: MoveProgress['phase'], done: number): void =>
    onProgress?.({ phase, done: Math.min(done, total), total })
  tell('copying', 0)
  await copyHome(entries, lab.home.folder, folder, { signal, onBytes: (done) => tell('copying', done) })
  const database = join(folder, 'lab.sqlite')
  await lab.store.copyTo(database, { signal, onBytes: (done) => tell('copying', files + done) })
  signal?.throwIfAborted()
  tell('checking', total)
  await checkCopy(entries, lab.home.folder, folder)
  checkDatabase(database)
  await syncFolder(folder)
}

/** The one moment at which the lab is moved. */
function commit(lab: Lab, folder: string): void {
  const before = readLocation()
  const moved = new Date().toISOString()
  const former = [...(before?.former ?? []), { folder: lab.home.folder, moved }]
  lab.store.settings.set(MOVED_SETTING, { to: folder, at: moved })
  try {
    writeLocation({ home: folder, former: former.filter((one) => one.folder !== folder) })
  } catch (error) {
    lab.store.settings.set(MOVED_SETTING, null)
    throw error
  }
}

/** Removes what was copied; all that lies in the folder is ours. The mark goes last: a kill meanwhile leaves it. */
async function takeBack(folder: string, made: string | undefined): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (name !== UNFINISHED) await rm(join(folder, name), { recursive: true, force: true })
  await rm(join(folder, UNFINISHED), { force: true })
  if (made === undefined) return
  // What was made goes, up to where something else has come meanwhile.
  for (let at = folder; ; at = dirname(at)) {
    if (
      !(await rmdir(at).then(
        () => true,
        () => false,
      )) ||
      at === made
    )
      return
  }
}
