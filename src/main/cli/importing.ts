import { formatBytes, formatCount } from '../../shared/charts/format'
import { publicDataSetKeySchema } from '../../shared/contract/data-sets'
import type { LabEvent } from '../../shared/contract/events'
import type { DataSetRow, Imported, ImportRequest } from '../lab/datasets/data-sets'

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
    ? await importThere(context, remote, path, choices, (progress) => showImport(context, progress))
    : await importHere(context, path, choices)
  const { manifest } = dataSet
  const images = manifest.parts.train.count + manifest.parts.validation.count + manifest.parts.test.count
  const size = images * manifest.height * manifest.width * manifest.channels
  context.progress.note(
    `${existed ? 'Already imported' : 'Imported'}: ${printable(dataSet.name)} · ${formatCount(images)} images of ${manifest.height} × ${manifest.width} × ${manifest.channels} · ${manifest.classes.length} classes · ${formatBytes(size)}`,
  )
  return dataSet
}

type ImportProgressLine = Pick<Extract<LabEvent, { kind: 'import-progress' }>, 'phase' | 'done' | 'total' | 'detail'>

function showImport(context: Context, { phase, done, total, detail }: ImportProgressLine): void {
  const format = phase === 'downloading' ? formatBytes : formatCount
  const far = total ? `${phase} · ${format(done)} of ${format(total)}` : phase
  context.progress.update(total ? done / total : null, detail === null ? far : `${far} · ${detail}`)
}

/** What is told after Ctrl-C. */
export const interruptedImport = (path: string): string =>
  isPublicKey(path)
    ? 'Interrupted. What was downloaded is kept: the same command goes on from there.'
    : 'Interrupted. Nothing was imported.'

/** Whether a path is the key of a public data set. A folder of such a name is given as `./cifar10`. */
export const isPublicKey = (path: string): boolean => publicDataSetKeySchema.safeParse(path).success

function importHere(context: Context, path: string, choices: Omit<ImportRequest, 'path'>): Promise<Imported> {
  return interruptible(
    async (signal) => {
      try {
        return await context.lab.dataSets.import(
          { ...choices, path },
          { signal, onProgress: (progress) => showImport(context, progress) },
        )
      } catch (error) {
        if (signal.aborted) throw new Interrupted(interruptedImport(path))
        throw error
      }
    },
    () => context.progress.note('Stopping …'),
  )
}
