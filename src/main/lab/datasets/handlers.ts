import type { dataSetRequests, DataSetView } from '../../../shared/contract/data-sets'
import type { DataSetIndexEntry, DataSetManifest, PartName } from '../../../shared/data/dataset'
import type { EventBus } from '../contract/event-bus'
import type { Handlers } from '../contract/dispatch'
import type { Lab } from '../lab'
import { readIndex } from './cache'
import type { DataSetRow } from './data-sets'
import type { Imports } from './imports'
import { inspect } from './inspect'

/** Answers about data sets. */
export function dataSetHandlers(lab: Lab, imports: Imports, events: EventBus): Handlers<keyof typeof dataSetRequests> {
  const indices = new Map<string, Promise<readonly DataSetIndexEntry[]>>()
  const indexOf = (dataSet: DataSetRow): Promise<readonly DataSetIndexEntry[]> => {
    const known = indices.get(dataSet.id) ?? readIndex(lab.dataSets.folder(dataSet))
    indices.set(dataSet.id, known)
    return known
  }
  const changed = (change: () => void): null => {
    change()
    events.emit({ kind: 'data-sets' })
    return null
  }
  return {
    'dataSets.list': ({ trashed }) => views(lab, lab.store.dataSets.list({ trashed })),
    'dataSets.get': ({ id }) => {
      const row = lab.store.dataSets.get(id)
      const { imbalance, ...report } = structuredClone(row.report)
      return {
        dataSet: views(lab, [row])[0]!,
        report: {
          ...report,
          classes: [...report.classes],
          skipped: [...report.skipped],
          duplicates: report.duplicates.map((group) => ({ ...group, names: [...group.names] })),
          notes: [...report.notes],
          imbalance: Number.isFinite(imbalance) ? imbalance : null,
        },
      }
    },
    'dataSets.images': async ({ id, label, part, offset, limit }) => {
      const row = lab.store.dataSets.get(id)
      const ids = chosenImages(lab, row, label, part)
      const index = await indexOf(row)
      const labels = lab.dataSets.allLabels(row)
      const images = ids
        .slice(offset, offset + limit)
        .map((image) => ({ id: image, label: labels[image]!, name: index[image]?.name ?? '' }))
      return { total: ids.length, images }
    },
    'dataSets.inspect': async ({ path, coarse }) => {
      const found = await inspect(path, coarse)
      return { ...found, classes: [...found.classes], skipped: [...found.skipped], notes: [...found.notes] }
    },
    'dataSets.import': ({ path, choices }) => ({ import: imports.start(path, choices) }),
    'dataSets.cancelImport': ({ import: number }) => {
      imports.cancel(number)
      return null
    },
    'dataSets.imports': () => imports.list(),
    'dataSets.rename': ({ id, name }) => changed(() => lab.store.dataSets.rename(id, name)),
    'dataSets.trash': ({ id }) => changed(() => lab.store.dataSets.trash(id)),
    'dataSets.restore': ({ id }) => changed(() => lab.store.dataSets.restore(id)),
  }
}

function views(lab: Lab, rows: readonly DataSetRow[]): DataSetView[] {
  const runs = new Map<string, number>()
  for (const run of [...lab.store.runs.list(), ...lab.store.runs.list({ trashed: true })])
    runs.set(run.dataSet, (runs.get(run.dataSet) ?? 0) + 1)
  return rows.map(({ id, name, hash, manifest, created }) => ({
    id,
    name,
    hash,
    manifest,
    created,
    runs: runs.get(id) ?? 0,
  }))
}

/** Ids of the images of a class and part (null: any), in data set order. */
function chosenImages(lab: Lab, row: DataSetRow, label: number | null, part: PartName | null): number[] {
  const { offset, count } = part ? row.manifest.parts[part] : { offset: 0, count: imageCount(row.manifest) }
  const labels = lab.dataSets.allLabels(row)
  const ids: number[] = []
  for (let id = offset; id < offset + count; id++) if (label === null || labels[id] === label) ids.push(id)
  return ids
}

const imageCount = ({ parts }: DataSetManifest): number => parts.train.count + parts.validation.count + parts.test.count
