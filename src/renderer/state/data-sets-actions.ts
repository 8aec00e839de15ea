import { formatBytes } from '../../shared/charts/format'
import type { DataSetView } from '../../shared/contract/data-sets'
import type { Lab } from './lab.svelte'

/** Puts a data set into the trash and offers to undo it. @returns whether it was done */
export function trashDataSet(lab: Lab, { id, name }: DataSetView): Promise<boolean> {
  return lab.messages.attempt(`Moving ${name} to the trash`, async () => {
    await lab.client.request('dataSets.trash', { id })
    lab.undo.offer(`Moved ${name} to the trash.`, () => lab.client.request('dataSets.restore', { id }), {
      of: [id],
    })
  })
}

/** Takes a data set out of the trash. */
export function restoreDataSet(lab: Lab, { id, name }: Pick<DataSetView, 'id' | 'name'>): Promise<boolean> {
  return lab.messages.attempt(`Restoring ${name}`, () => lab.client.request('dataSets.restore', { id }))
}

/** Deletes a data set for good; ask before. */
export function deleteDataSet(lab: Lab, { id, name }: DataSetView): Promise<boolean> {
  return lab.messages.attempt(`Deleting ${name}`, async () => {
    const { bytes } = await lab.client.request('dataSets.delete', { id })
    lab.undo.forget([id])
    lab.messages.tell(`${name} was deleted: ${formatBytes(bytes)} are free again.`)
  })
}

/**
 * Deletes all that is in the trash and that no run was made with; ask before.
 * @param ids of what is in the trash
 */
export function emptyDataSetTrash(lab: Lab, ids: readonly string[]): Promise<boolean> {
  return lab.messages.attempt('Emptying the trash', async () => {
    const { deleted, bytes, kept } = await lab.client.request('dataSets.emptyTrash', {})
    const stay = kept.map(({ id }) => id)
    lab.undo.forget(ids.filter((id) => !stay.includes(id)))
    const left = kept.length > 0 ? ` ${kept.length} stay, since runs were made with them.` : ''
    lab.messages.tell(`${deleted} deleted, ${formatBytes(bytes)} are free again.${left}`)
  })
}

/** Gives a data set another name and offers to undo it. @returns whether it was done */
export function renameDataSet(lab: Lab, { id, name }: DataSetView, to: string): Promise<boolean> {
  return lab.messages.attempt(`Renaming ${name}`, async () => {
    await lab.client.request('dataSets.rename', { id, name: to })
    lab.undo.offer(`Renamed ${name} to ${to}.`, () => lab.client.request('dataSets.rename', { id, name }))
  })
}
