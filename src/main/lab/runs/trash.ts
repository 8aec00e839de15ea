import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/errors'
import type { Lab } from '../lab'
import type { RunQueue } from './queue'
import type { Run } from './runs'

/** @throws LabError 'bad-input' when one of the runs has its turn */
export function refuseTraining(queue: RunQueue, ids: readonly string[]): void {
  if (queue.running !== null && ids.includes(queue.running))
    throw new LabError('bad-input', `Run ${queue.running} is training.`, 'Pause or stop it first.')
}

/**
 * Deletes runs that lie in the trash for good: first the folder, then what is recorded. A kill between leaves a run in the
 * trash that can be deleted again; nothing is left that no list shows.
 * @param onDeleted called with the id of each
 * @returns the bytes their checkpoints took on the disk
 * @throws LabError 'bad-input' when one is not in the trash: then none is deleted. 'storage' when a folder cannot be removed:
 *   those before it are deleted
 */
export async function deleteRuns(lab: Lab, ids: readonly string[], onDeleted: (id: string) => void): Promise<number> {
  const { runs } = lab.store
  const found = ids.map((id) => runs.get(id))
  for (const { id, trashed } of found)
    if (trashed === null) throw new LabError('bad-input', `Run ${id} is not in the trash.`, 'Move it there first.')
  let bytes = 0
  for (const run of found) {
    // Another window may have restored it meanwhile.
    if (runs.get(run.id).trashed === null) continue
    bytes += await removeFolder(lab, run)
    runs.remove(run.id)
    onDeleted(run.id)
  }
  return bytes
}

/** @returns bytes its checkpoints took */
async function removeFolder(lab: Lab, run: Run): Promise<number> {
  const folder = lab.runs.folder(run)
  const sizes = lab.store.checkpoints.list(run.id).map(({ file }) =>
    stat(join(folder, file)).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  try {
    await rm(folder, { recursive: true, force: true })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new LabError(
      'storage',
      `The folder ${folder} cannot be deleted (${code ?? String(cause)}).`,
      'Give it write permission, or close the programs that hold its files, and delete the run again.',
      { cause },
    )
  }
  return bytes
}
