import type { RunView } from '../../shared/contract/runs'
import { formatBytes } from '../../shared/charts/format'
import type { Lab } from './lab.svelte'

/** 'hrm-mnist' for one run, '3 runs' for more. */
export const named = (runs: readonly RunView[]): string => (runs.length === 1 ? runs[0]!.name : `${runs.length} runs`)
const idsOf = (runs: readonly RunView[]): string[] => runs.map(({ id }) => id)

/** Under which the draft of a run's notes is kept. */
export const noteKey = (id: string): string => `run.${id}`

/** Moves runs to the trash, to be undone. @returns whether the lab took it */
export async function trashRuns(lab: Lab, runs: readonly RunView[]): Promise<boolean> {
  if (runs.length === 0) return false
  const ids = idsOf(runs)
  const done = await lab.messages.attempt(`Moving ${named(runs)} to the trash`, () =>
    lab.client.request('runs.trash', { ids }),
  )
  if (done)
    lab.undo.offer(`${named(runs)} moved to the trash.`, () => lab.client.request('runs.restore', { ids }), { of: ids })
  return done
}

/** Takes runs out of the trash, to be undone. */
export async function restoreRuns(lab: Lab, runs: readonly RunView[]): Promise<boolean> {
  const ids = idsOf(runs)
  const done = await lab.messages.attempt(`Restoring ${named(runs)}`, () => lab.client.request('runs.restore', { ids }))
  if (done) lab.undo.offer(`${named(runs)} restored.`, () => lab.client.request('runs.trash', { ids }), { of: ids })
  return done
}

/** Deletes runs of the trash for good. */
export const deleteRuns = (lab: Lab, runs: readonly RunView[]): Promise<boolean> =>
  lab.messages.attempt(`Deleting ${named(runs)}`, async () => {
    const { bytes } = await lab.client.request('runs.delete', { ids: idsOf(runs) })
    lab.messages.tell(`${named(runs)} deleted for good.${bytes > 0 ? ` ${formatBytes(bytes)} are free again.` : ''}`)
  })

/** What a person may change of a run. */
export type RunEdit = Pick<RunView, 'name' | 'notes' | 'tags'>

/** Changes a run's name, notes and tags, to be undone as one. @returns whether the lab took all of it */
export async function editRun(lab: Lab, run: RunView, edit: RunEdit): Promise<boolean> {
  const { name, notes, tags } = run
  const changed = [
    ...(edit.name === name ? [] : ['name']),
    ...(edit.notes === notes ? [] : ['notes']),
    ...(edit.tags.join('\n') === tags.join('\n') ? [] : ['tags']),
  ]
  if (changed.length === 0) return true
  const done = await lab.messages.attempt(`Changing ${name}`, () => applyEdit(lab, run, edit))
  if (!done) return false
  const text =
    changed.length === 1 && edit.name !== name
      ? `${name} is now called ${edit.name}.`
      : `Changed ${changed.join(', ')} of ${edit.name}.`
  lab.undo.offer(text, () => applyEdit(lab, { ...run, ...edit }, { name, notes, tags }), { of: [run.id] })
  return true
}

async function applyEdit({ client }: Lab, run: RunView, edit: RunEdit): Promise<void> {
  const { id } = run
  if (edit.name !== run.name) await client.request('runs.rename', { id, name: edit.name })
  if (edit.notes !== run.notes) await client.request('runs.note', { id, notes: edit.notes })
  const add = edit.tags.filter((tag) => !run.tags.includes(tag))
  const remove = run.tags.filter((tag) => !edit.tags.includes(tag))
  if (add.length > 0 || remove.length > 0) await client.request('runs.tag', { ids: [id], add, remove })
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
    lab.undo.offer(
      `Tags of ${named(runs)} changed.`,
      async () => {
        for (const { id, tags } of runs)
          await lab.client.request('runs.tag', {
            ids: [id],
            add: remove.filter((tag) => tags.includes(tag)),
            remove: add.filter((tag) => !tags.includes(tag)),
          })
      },
      { of: idsOf(runs) },
    )
  return done
}
