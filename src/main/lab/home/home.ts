import { accessSync, constants, existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { LabError } from '../../../shared/errors'
import { readLocation, requireMoved, standardFolder } from './location'

/** Who says where a lab lies: --home, HRM_LAB_HOME, a move (location.ts), or the platform. */
export type HomeChoice = 'option' | 'environment' | 'moved' | 'standard'

/** Where a lab keeps everything: one folder a person can copy. */
export interface Home {
  readonly folder: string
  readonly chosenBy: HomeChoice
  /** SQLite: data sets, experiments, runs, metrics. */
  readonly database: string
  /** One folder a data set (shared/data/dataset.ts). */
  readonly dataSets: string
  /** One folder a run: its checkpoints. */
  readonly runs: string
}

/** In a folder that a lab is being copied to: until it is gone, what lies there is no lab. */
export const UNFINISHED = 'moving.json'

/** Where the lab lies: `chosen` (from --home), else HRM_LAB_HOME, else where it was moved, else the platform's data folder. */
export function resolveHome(chosen: string | undefined): Pick<Home, 'folder' | 'chosenBy'> {
  if (chosen !== undefined) return { folder: resolve(chosen), chosenBy: 'option' }
  const environment = process.env['HRM_LAB_HOME']
  if (environment !== undefined) return { folder: resolve(environment), chosenBy: 'environment' }
  const moved = readLocation()?.home
  if (moved === undefined || moved === standardFolder()) return { folder: standardFolder(), chosenBy: 'standard' }
  return { folder: moved, chosenBy: 'moved' }
}

/**
 * The lab's folder, as {@link resolveHome} finds it. Made if it is not there, unless `readOnly` or the lab was moved.
 * @throws LabError 'storage' when it cannot be made or written, or holds an unfinished copy of a lab; 'not-found' when the lab
 *   was moved and is not there
 */
export function openHome(chosen: string | undefined, readOnly = false): Home {
  const { folder, chosenBy } = resolveHome(chosen)
  const home: Home = {
    ...{ folder, chosenBy },
    database: join(folder, 'lab.sqlite'),
    dataSets: join(folder, 'datasets'),
    runs: join(folder, 'runs'),
  }
  if (chosenBy === 'moved') requireMoved(folder)
  else refuseUnfinished(folder)
  if (readOnly) return home
  try {
    for (const path of [folder, home.dataSets, home.runs]) {
      mkdirSync(path, { recursive: true })
      accessSync(path, constants.W_OK)
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new LabError(
      'storage',
      `The lab’s folder ${folder} cannot be written (${code}).`,
      'Give it write permission, or choose another folder with --home or HRM_LAB_HOME.',
      { cause },
    )
  }
  return home
}

/** A move that is finished may have left its mark, when it was killed right after; then the location names the folder. */
function refuseUnfinished(folder: string): void {
  if (!existsSync(join(folder, UNFINISHED)) || readLocation()?.home === folder) return
  throw new LabError(
    'storage',
    `${folder} holds the unfinished copy of a lab that was being moved.`,
    'The lab itself is whole where it was. Move it again, or remove this folder.',
  )
}
