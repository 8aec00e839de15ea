import { formatBytes, formatCount } from '../../shared/charts/format'
import type { DataSetRow, ImportRequest } from '../lab/datasets/data-sets'

import type { Context } from './context'
import { Interrupted, interruptible } from './interrupt'
import { printable } from './output/table'

/**
 * Imports what a path holds, with progress on standard error.
 * @throws Interrupted after Ctrl-C: nothing is listed then · LabError as importDataSet
 */
export async function importPath(
  context: Context,
  path: string,
  choices: Omit<ImportRequest, 'path'>,
): Promise<DataSetRow> {
  const { dataSet, existed } = await interruptible(
    async (signal) => {
      try {
        return await context.lab.dataSets.import(
          { ...choices, path },
          {
            signal,
            onProgress: ({ phase, done, total }) =>
              context.progress.update(
                total ? done / total : null,
                total ? `${phase} · ${formatCount(done)} of ${formatCount(total)}` : phase,
              ),
          },
        )
      } catch (error) {
        if (signal.aborted) throw new Interrupted('Interrupted. Nothing was imported.')
        throw error
      }
    },
    () => context.progress.note('Stopping …'),
  )
  const { manifest } = dataSet
  const images = manifest.parts.train.count + manifest.parts.validation.count + manifest.parts.test.count
  const size = images * manifest.height * manifest.width * manifest.channels
  context.progress.note(
    `${existed ? 'Already imported' : 'Imported'}: ${printable(dataSet.name)} · ${formatCount(images)} images of ${manifest.height} × ${manifest.width} × ${manifest.channels} · ${manifest.classes.length} classes · ${formatBytes(size)}`,
  )
  return dataSet
}
