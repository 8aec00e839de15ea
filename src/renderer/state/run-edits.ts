import type { RunView } from '../../shared/contract/runs'
import { formatBytes } from '../../shared/charts/format'
import type { Lab } from './lab.svelte'

/** 'hrm-mnist' for one run, '3 runs' for more. */
const named = (runs: readonly RunView[]): string => (runs.length === 1 ? runs[0]!.name : `${runs.length} runs`)
const idsOf = (runs: readonly RunView[]): string[] => runs.map(({ id }) => id)

/** Moves runs to the trash, to be undone. @returns whether the lab took it */
export async function trashRuns(lab: Lab, runs: readonly RunView[]): Promise<boolean> {
  if (runs.length === 0) return false
  const ids = idsOf(runs)
  const done = await lab.messages.attempt(`Moving ${named(runs)} to the trash`, () =>
    lab.client.request('runs.trash', { ids }),
  )
  if (done) lab.undo.offer(`${named(runs)} moved to the trash.`, () => lab.client.request('runs.restore', { ids }))
  return done
}

/** Takes runs out of the trash, to be undone. */
export async function restoreRuns(lab: Lab, runs: readonly RunView[]): Promise<boolean> {
  const ids = idsOf(runs)
  const done = await lab.messages.attempt(`Restoring ${named(runs)}`, () => lab.client.request('runs.restore', { ids }))
  if (done) lab.undo.offer(`${named(runs)} restored.`, () => lab.client.request('runs.trash', { ids }))
  return done
}

/** Deletes runs of the trash for good. */
export const deleteRuns = (lab: Lab, runs: readonly RunView[]): Promise<boolean> =>
  lab.messages.attempt(`Deleting ${named(runs)}`, async () => {
    const { bytes } = await lab.client.request('runs.delete', { ids: idsOf(runs) })
    lab.messages.tell(`${named(runs)} deleted for good. ${formatBytes(bytes)} are free again.`)
  })

/** Gives a run another name, to be undone. */
export async function renameRun(lab: Lab, { id, name: before }: RunView, name: string): Promise<boolean> {
  if (name === before) return true
  const rename = (to: string) => () => lab.client.request('runs.rename', { id, name: to })
  const done = await lab.messages.attempt(`Renaming ${before}`, rename(name))
  if (done) lab.undo.offer(`${before} is now called ${name}.`, rename(before))
  return done
}

/** Keeps a run's notes, to be undone. */
export async function noteRun(lab: Lab, { id, name, notes: before }: RunView, notes: string): Promise<boolean> {
  if (notes === before) return true
  const note = (text: string) => () => lab.client.request('runs.note', { id, notes: text })
  const done = await lab.messages.attempt(`Keeping the notes of ${name}`, note(notes))
  if (done) lab.undo.offer(`Notes of ${name} changed.`, note(before))
  return done
}

/** Gives runs tags and takes others from them, to be undone for each as it was. */
export async function tagRuns(
  lab: Lab,
  runs: readonly RunView[],
  { add, remove }: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<boolean> {
  if (add.length === 0 && remove.length === 0) return true
  const done = await lab.messages.attempt(`Tagging ${named(runs)}`, () =>
    lab.client.request('runs.tag', { ids: idsOf(runs), add: [...add], remove: [...remove] }),
  )
  if (done)
    lab.undo.offer(`Tags of ${named(runs)} changed.`, async () => {
      for (const { id, tags } of runs)
        await lab.client.request('runs.tag', {
          ids: [id],
          add: remove.filter((tag) => tags.includes(tag)),
          remove: add.filter((tag) => !tags.includes(tag)),
        })
    })
  return done
}
