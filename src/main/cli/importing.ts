import { formatBytes, formatCount } from '../../shared/charts/format'
import type { DataSetRow, ImportRequest } from '../lab/datasets/data-sets'

import type { Context } from './context'
import { Interrupted, interruptible } from './interrupt'
import { printable } from './output/table'
import { importThere } from './window-lab'

/**
 * Imports what a path holds, with progress on standard error.
 * @throws Interrupted after Ctrl-C: nothing is listed then · LabError as importDataSet
 */
export async function importPath(
  context: Context,
  path: string,
  choices: Omit<ImportRequest, 'path'>,
): Promise<DataSetRow> {
  const remote = await context.windowLab()
  const { dataSet, existed } = remote
    ? await importThere(context, remote, path, choices, (event) =>
        showImport(context, event.phase, event.done, event.total),
      )
    : await importHere(context, path, choices)
  const { manifest } = dataSet
  const images = manifest.parts.train.count + manifest.parts.validation.count + manifest.parts.test.count
  const size = images * manifest.height * manifest.width * manifest.channels
  context.progress.note(
    `${existed ? 'Already imported' : 'Imported'}: ${printable(dataSet.name)} · ${formatCount(images)} images of ${manifest.height} × ${manifest.width} × ${manifest.channels} · ${manifest.classes.length} classes · ${formatBytes(size)}`,
  )
  return dataSet
}

type Imported = { readonly dataSet: DataSetRow; readonly existed: boolean }

function showImport(context: Context, phase: string, done: number, total: number): void {
  context.progress.update(
    total ? done / total : null,
    total ? `${phase} · ${formatCount(done)} of ${formatCount(total)}` : phase,
  )
}

function importHere(context: Context, path: string, choices: Omit<ImportRequest, 'path'>): Promise<Imported> {
  return interruptible(
    async (signal) => {
      try {
        return await context.lab.dataSets.import(
          { ...choices, path },
          { signal, onProgress: ({ phase, done, total }) => showImport(context, phase, done, total) },
        )
      } catch (error) {
        if (signal.aborted) throw new Interrupted('Interrupted. Nothing was imported.')
        throw error
      }
    },
    () => context.progress.note('Stopping …'),
  )
}
