/** A run enters the lab from a bundle. */
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LabError } from '../../../shared/errors'
import type { Lab } from '../lab'
import type { Run } from '../runs/runs'
import { BUNDLE_DATABASE, type BundleManifest } from './manifest'
import { unpackBundle } from './read'

const RUN_ID = /^\d{4,9}(-[a-z0-9-]{1,40})?$/

/** A run that was brought, and whether it was here before. */
export interface Brought {
  readonly run: Run
  readonly existed: boolean
}

/**
 * Takes in the run of a bundle, with its weights; its data set too, as far as it came along, where that is not here. All or
 * nothing. A run that is here already is only taken out of the trash.
 * @throws LabError 'bad-input' when the bundle is damaged, newer, or no bundle: nothing is stored then; 'storage'; the
 *   signal's reason
 */
export async function takeInBundle(lab: Lab, path: string, signal?: AbortSignal): Promise<Brought> {
  // Beside what it becomes, so that files are renamed into their place.
  const folder = await mkdtemp(join(lab.home.folder, '.bundle-'))
  try {
    const manifest = await unpackBundle(path, folder, signal)
    const found = await store(lab, path, folder, manifest)
    if (found.existed && lab.store.runs.get(found.id).trashed !== null) lab.store.runs.restore(found.id)
    return { run: lab.store.runs.get(found.id), existed: found.existed }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function store(lab: Lab, path: string, folder: string, manifest: BundleManifest) {
  const { run, dataSet, files } = manifest
  const prefix = 'checkpoints/'
  const checkpoints = files.flatMap(({ name }) => (name.startsWith(prefix) ? name.slice(prefix.length) : []))
  const partial = lab.store.dataSets.findByHash(dataSet.hash) ? null : lab.dataSets.partialFolder(dataSet)
  let placed: string | null = null
  try {
    const copied = lab.store.takeIn(
      join(folder, BUNDLE_DATABASE),
      run.id,
      { checkpoints, dataSetFolder: partial ?? '' },
      (id) => {
        const copy = lab.store.runs.get(id)
        // It becomes a folder's name.
        if (!RUN_ID.test(id)) throw new LabError('bad-input', `Its run has the id “${id}”, which no lab gives.`)
        if (copy.dataHash !== dataSet.hash || lab.dataSets.get(copy.dataSet).hash !== dataSet.hash)
          throw new LabError('bad-input', 'Its run was made with another data set than it names.')
        const target = lab.runs.folder(copy)
        rmSync(target, { recursive: true, force: true })
        mkdirSync(target, { recursive: true })
        placed = target
        for (const file of checkpoints) renameSync(join(folder, 'checkpoints', file), join(target, file))
      },
    )
    if (partial !== null && !copied.existed) await fillPartial(lab, copied.id, folder, manifest)
    return copied
  } catch (error) {
    if (placed !== null) rmSync(placed, { recursive: true, force: true })
    throw error instanceof LabError && error.kind === 'bad-input'
      ? new LabError('bad-input', `The bundle ${path} cannot be taken in. ${error.message}`, error.hint, {
          cause: error,
        })
      : error
  }
}

/** Writes what came along of the run's data set. */
async function fillPartial(lab: Lab, id: string, folder: string, { dataSet }: BundleManifest): Promise<void> {
  const images = join(folder, 'images')
  const row = lab.dataSets.get(lab.store.runs.get(id).dataSet)
  try {
    const pixels = await Promise.all(
      dataSet.parts.map(async (part) => [part, await readFile(join(images, `${part}.u8`))] as const),
    )
    await lab.dataSets.writePartial(row, {
      index: await readFile(join(images, 'index.json')),
      labels: await readFile(join(images, 'labels.u16')),
      pixels: new Map(pixels),
    })
  } catch (error) {
    await undo(lab, id)
    throw error
  }
}

/** Takes the run out again whose images could not be written. */
async function undo(lab: Lab, id: string): Promise<void> {
  const run = lab.store.runs.get(id)
  await rm(lab.runs.folder(run), { recursive: true, force: true })
  lab.store.runs.remove(id)
  await lab.dataSets.delete(run.dataSet)
}
