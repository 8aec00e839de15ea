import { existsSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { LabError } from '../../../shared/errors'
import { lockForWriting } from '../../store/lock'
import { openStore } from '../../store/store'
import { bytesOf, listHome } from './list-home'
import { readLocation, writeLocation } from './location'
import { MOVED_SETTING } from './move-home'

/** A folder that a lab was moved from, and still holds it as it was. */
export interface FormerHome {
  readonly folder: string
  /** ISO 8601. */
  readonly moved: string
  readonly bytes: number
}

/** The folders that are left of moves; those that are there no more are forgotten. */
export async function formerHomes(): Promise<FormerHome[]> {
  const former = (readLocation()?.former ?? []).filter(({ folder }) => existsSync(folder))
  return Promise.all(former.map(async (one) => ({ ...one, bytes: await bytesThere(one.folder) })))
}

/**
 * Removes a folder that the lab was moved from, with all it holds.
 * @returns bytes freed
 * @throws LabError 'not-found' when the lab was not moved from there; 'locked' when another process works there; 'bad-input' when
 *   it was used after the move, and holds what nothing else may hold; 'storage'
 */
export async function removeFormer(folder: string): Promise<number> {
  const location = readLocation()
  if (!location?.former.some((one) => one.folder === folder))
    throw new LabError('not-found', `The lab was not moved from ${folder}.`, null)
  if (location.home === folder || location.home.startsWith(folder + sep))
    throw new LabError('bad-input', `The lab lies in ${folder}.`, 'It is not removed.')
  const database = join(folder, 'lab.sqlite')
  const bytes = await bytesThere(folder)
  if (existsSync(database)) {
    const lock = lockForWriting(database)
    try {
      requireUnused(folder, database)
    } finally {
      lock.release()
    }
  }
  await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch((cause: NodeJS.ErrnoException) => {
    throw new LabError(
      'storage',
      `Not all of ${folder} could be removed (${cause.code}).`,
      'Remove the rest yourself.',
      {
        cause,
      },
    )
  })
  forgetFormer(folder)
  return bytes
}

/** Leaves a folder as it is, and speaks of it no more. */
export function forgetFormer(folder: string): void {
  const location = readLocation()
  if (location) writeLocation({ ...location, former: location.former.filter((one) => one.folder !== folder) })
}

/** A lab that was opened for writing after the move has lost its mark (Lab.open). */
function requireUnused(folder: string, database: string): void {
  const store = openStore(database, { readOnly: true })
  try {
    if (store.settings.get(MOVED_SETTING) !== null) return
  } finally {
    store.close()
  }
  throw new LabError(
    'bad-input',
    `The lab in ${folder} was used after the move: it may hold what the moved one does not.`,
    `Look at it with --home '${folder}', then remove the folder yourself.`,
  )
}

async function bytesThere(folder: string): Promise<number> {
  if (!existsSync(folder)) return 0
  const database = await stat(join(folder, 'lab.sqlite')).catch(() => null)
  return bytesOf(await listHome(folder)) + (database?.size ?? 0)
}
