import type { RunView } from '../../shared/contract/runs'
import { liesIn, parentFolder } from '../../shared/runs/folders'
import type { Lab } from './lab.svelte'
import { named } from './run-edits'

/** A folder as the list of them shows it. */
export interface FolderRow {
  readonly path: string
  /** The last name of the path. */
  readonly name: string
  /** Folders that it lies in. */
  readonly depth: number
  /** Runs that lie in it or in a folder within. */
  readonly runs: number
}

const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/**
 * The folders that runs lie in, each under the one it lies in.
 * @param chosen is among them though nothing lies in it any more; null: none
 */
export function folderRows(runs: readonly RunView[], chosen: string | null = null): FolderRow[] {
  const counts = new Map<string, number>()
  const add = (folder: string, one: number): void => {
    const names = folder.split('/')
    for (let depth = 1; depth <= names.length; depth++) {
      const path = names.slice(0, depth).join('/')
      counts.set(path, (counts.get(path) ?? 0) + one)
    }
  }
  for (const { folder } of runs) if (folder !== null) add(folder, 1)
  if (chosen) add(chosen, 0)
  return [...counts]
    .map(([path, count]) => ({ path, names: path.split('/'), runs: count }))
    .sort((a, b) => byNames(a.names, b.names))
    .map(({ path, names, runs: count }) => ({ path, name: names.at(-1)!, depth: names.length - 1, runs: count }))
}

function byNames(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const difference = order.compare(a[i]!, b[i]!) || (a[i]! < b[i]! ? -1 : a[i]! > b[i]! ? 1 : 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Puts runs into a folder, to be undone; null: into none. @returns whether the lab took it */
export async function moveRuns(lab: Lab, runs: readonly RunView[], folder: string | null): Promise<boolean> {
  const moved = runs.filter((run) => run.folder !== folder)
  if (moved.length === 0) return true
  const before = moved.map((run) => ({ id: run.id, folder: run.folder }))
  const where = folder === null ? 'out of their folder' : `to ${folder}`
  const done = await lab.messages.attempt(`Moving ${named(moved)} ${where}`, () =>
    lab.client.request('runs.place', { places: moved.map(({ id }) => ({ id, folder })) }),
  )
  if (done)
    lab.undo.offer(
      folder === null
        ? `${named(moved)} ${moved.length === 1 ? 'lies' : 'lie'} in no folder.`
        : `${named(moved)} moved to ${folder}.`,
      () => lab.client.request('runs.place', { places: before }),
      { of: before.map(({ id }) => id) },
    )
  return done
}

/** Gives a folder another path, with all that lies in it, to be undone. @returns whether the lab took it */
export const renameFolder = (lab: Lab, from: string, to: string): Promise<boolean> =>
  from === to ? Promise.resolve(true) : moveFolder(lab, from, to, `Folder ${from} is now ${to}.`)

/** Takes a folder away; what lay in it lies in the one above. To be undone. @returns whether the lab took it */
export const dissolveFolder = (lab: Lab, folder: string): Promise<boolean> =>
  moveFolder(lab, folder, parentFolder(folder), `Folder ${folder} is gone; its runs stay.`)

async function moveFolder(lab: Lab, from: string, to: string | null, text: string): Promise<boolean> {
  const done = await lab.messages.attempt(`Changing folder ${from}`, async () => {
    const { before } = await lab.client.request('runs.moveFolder', { from, to })
    const { look } = lab.runsTable
    if (liesIn(look.folder, from)) lab.runsTable.change({ folder: to })
    const revert = async (): Promise<void> => {
      await lab.client.request('runs.place', { places: before })
      if (look.folder !== null) lab.runsTable.change({ folder: look.folder })
    }
    lab.undo.offer(text, revert, { of: before.map(({ id }) => id) })
  })
  return done
}
