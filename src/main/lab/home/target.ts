import { constants } from 'node:fs'
import { access, readdir, readFile, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { z } from 'zod'
import { LabError } from '../../../shared/errors'
import { freeBytes, requireRoom } from '../datasets/disk'
import { type Home, UNFINISHED } from './home'
import { readLocation } from './location'

const MEGABYTE = 2 ** 20
/** Room that is to be left beside the copy, for the lab to go on. */
const RESERVE = 64 * MEGABYTE

const markSchema = z.object({ from: z.string() })

/** Where a lab can be moved to. */
export interface Target {
  readonly folder: string
  /** Free bytes there. */
  readonly free: number
  /** Left by a move of this lab that was killed: to be removed first. */
  readonly unfinished: boolean
}

/** @throws LabError 'bad-input' when the folder was chosen by who started this process: the next start would not look elsewhere */
export function requireMovable({ chosenBy, folder }: Pick<Home, 'chosenBy' | 'folder'>): void {
  if (chosenBy === 'moved' || chosenBy === 'standard') return
  const how = chosenBy === 'option' ? '--home' : 'HRM_LAB_HOME'
  throw new LabError(
    'bad-input',
    `The lab’s folder is fixed by ${how}: ${folder}. The next start would look for it there again.`,
    `To move this lab, end HRM Lab, move its folder yourself, and name the new one with ${how}.`,
  )
}

/**
 * Looks whether the lab can be moved to a folder; writes nothing.
 * @param to absolute, or below ~
 * @param bytes what the lab holds
 * @param free for tests: free bytes of a folder
 * @throws LabError 'bad-input' (the path, or what lies there), 'storage' (it cannot be written, or there is no room)
 */
export async function checkTarget(from: Home, to: string, bytes: number, free = freeBytes): Promise<Target> {
  const folder = wholePath(to)
  const { real, there } = await realPlace(folder)
  const old = await realpath(from.folder)
  if (real === old) throw new LabError('bad-input', `The lab lies in ${folder} already.`, 'Choose another folder.')
  if (real.startsWith(old + sep))
    throw new LabError('bad-input', `${folder} lies within the lab’s own folder.`, 'Choose one outside of it.')
  if (old.startsWith(real + sep))
    throw new LabError('bad-input', `${folder} holds the lab’s folder.`, 'Choose one that does not hold it.')
  const unfinished = folder === there && (await requireEmpty(from, folder))
  await requireWritable(folder, there)
  await requireRoom(there, bytes + RESERVE, free, 'the lab')
  return { folder, free: await free(there), unfinished }
}

function wholePath(to: string): string {
  const typed = to.trim()
  const path = typed === '~' || typed.startsWith('~/') ? join(homedir(), typed.slice(1)) : typed
  if (!isAbsolute(path))
    throw new LabError(
      'bad-input',
      `“${typed}” is no whole path.`,
      `Write it from the root, as ${join(homedir(), 'lab')}.`,
    )
  return resolve(path)
}

/** Where a path really leads, through links, and the nearest folder of it that is there. */
async function realPlace(folder: string): Promise<{ real: string; there: string }> {
  for (let there = folder; ; there = dirname(there)) {
    const real = await realpath(there).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === 'ENOENT' && dirname(there) !== there) return null
      if (cause.code === 'ENOTDIR') return null // Told of once the file itself is come to.
      throw new LabError('storage', `${folder} cannot be looked at (${cause.code}).`, 'Choose another folder.', {
        cause,
      })
    })
    if (real === null) continue
    if (!(await stat(real)).isDirectory())
      throw new LabError('bad-input', `${there} is a file, not a folder.`, 'Choose a folder.')
    return { real: join(real, relative(there, folder)), there }
  }
}

/** @returns whether all that lies there was left by a move of this lab. @throws LabError 'bad-input' when anything else does */
async function requireEmpty(from: Home, folder: string): Promise<boolean> {
  const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
    throw new LabError('storage', `${folder} cannot be read (${cause.code}).`, 'Choose another folder.', { cause })
  })
  if (names.length === 0) return false
  if (names.includes(UNFINISHED) && (await markedBy(folder)) === from.folder) return true
  const former = readLocation()?.former.some((one) => one.folder === folder)
  throw new LabError(
    'bad-input',
    former
      ? `${folder} still holds the lab as it was before it was moved.`
      : `${folder} is not empty: it holds ${names.length === 1 ? names[0] : `${names.length} things, as ${names[0]}`}.`,
    former ? 'Remove that first.' : `Choose an empty folder or a new one, as ${join(folder, 'hrm-lab')}.`,
  )
}

/** The lab that is being copied to a folder; null: none, or nobody can say. */
async function markedBy(folder: string): Promise<string | null> {
  try {
    return markSchema.parse(JSON.parse(await readFile(join(folder, UNFINISHED), 'utf8'))).from
  } catch {
    return null // written by something else: the folder is then not taken for ours
  }
}

async function requireWritable(folder: string, there: string): Promise<void> {
  await access(there, constants.W_OK | constants.X_OK).catch((cause: NodeJS.ErrnoException) => {
    throw new LabError(
      'storage',
      `${folder} cannot be written (${cause.code}).`,
      'Give it write permission, or choose another folder.',
      { cause },
    )
  })
}
