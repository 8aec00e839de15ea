import type { dataSetRequests } from '../../../shared/contract/data-sets'
import { LabError } from '../../../shared/errors'
import type { EventBus } from '../contract/event-bus'
import type { Handlers } from '../contract/dispatch'
import type { Lab } from '../lab'
import { imageFacts } from './image-facts'
import type { Imports } from './imports'
import { inspectSource } from './inspect'
import { listFolder } from './list-files'
import { keptIndices } from './kept-indices'
import { makePreview } from './preview'
import type { PreviewStore } from './preview-store'
import { RecentSources } from './recent-sources'
import { chosenImages, dataSetViews, LISTED, publicDataSets, reportView } from './views'

type DataSetHandlers = Handlers<keyof typeof dataSetRequests>

/** What the answers are made from. */
export interface DataSetArea {
  readonly lab: Lab
  readonly imports: Imports
  readonly previews: PreviewStore
  readonly events: EventBus
}

/** Answers about data sets. */
export function dataSetHandlers(area: DataSetArea): DataSetHandlers {
  const sources = new RecentSources()
  return { ...lookUps(area), ...importing(area, sources), ...previewing(area, sources), ...changes(area) }
}

function lookUps({ lab }: DataSetArea) {
  const indexOf = keptIndices((dataSet) => lab.dataSets.folder(dataSet))
  return {
    'dataSets.list': ({ trashed }) => dataSetViews(lab, lab.store.dataSets.list({ trashed })),
    'dataSets.get': async ({ id }) => {
      const row = lab.store.dataSets.get(id)
      return { dataSet: dataSetViews(lab, [row])[0]!, report: await reportView(row, indexOf) }
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
    'dataSets.image': async ({ id, image }) => {
      const row = lab.store.dataSets.get(id)
      const index = await indexOf(row)
      return imageFacts({ manifest: row.manifest, index, labels: lab.dataSets.allLabels(row) }, image)
    },
    'dataSets.public': () => publicDataSets(lab),
    'files.list': ({ path }) => listFolder(path),
  } satisfies Partial<DataSetHandlers>
}

function importing({ lab, imports }: DataSetArea, sources: RecentSources) {
  return {
    'dataSets.inspect': async ({ path, coarse }) => {
      const found = inspectSource(await sources.openAnew(path, coarse))
      const skipped = found.skipped.slice(0, LISTED)
      const skippedMore = found.skipped.length - skipped.length
      return { ...found, classes: [...found.classes], notes: [...found.notes], skipped, skippedMore }
    },
    'dataSets.import': ({ path, choices }) => ({ import: imports.start(path, choices) }),
    'dataSets.download': ({ key, choices }) => ({ import: imports.start(key, choices) }),
    'dataSets.discardDownload': async ({ key }) => {
      await lab.dataSets.discardDownload(key)
      return null
    },
    'dataSets.cancelImport': ({ import: number }) => {
      imports.cancel(number)
      return null
    },
    'dataSets.imports': () => imports.list(),
  } satisfies Partial<DataSetHandlers>
}

/** One preview is made at a time: who asks for another has no use for the older one. */
function previewing({ previews }: DataSetArea, sources: RecentSources) {
  let newest: AbortController | null = null
  return {
    'dataSets.preview': async ({ path, choices }) => {
      newest?.abort(superseded())
      const own = new AbortController()
      newest = own
      const { name: _name, ...rest } = choices
      const { pictures, ...preview } = await makePreview({ ...rest, path }, own.signal, sources.open)
      return { preview: previews.add(pictures), ...preview }
    },
  } satisfies Partial<DataSetHandlers>
}

const superseded = (): LabError => new LabError('superseded', 'A newer preview was asked for.')

function changes({ lab, events }: DataSetArea) {
  const { dataSets } = lab.store
  const changed = (_: unknown): null => {
    events.emit({ kind: 'data-sets' })
    return null
  }
  return {
    'dataSets.rename': ({ id, name }) => changed(dataSets.rename(id, name)),
    'dataSets.trash': ({ id }) => changed(dataSets.trash(id)),
    'dataSets.restore': ({ id }) => changed(dataSets.restore(id)),
    'dataSets.delete': async ({ id }) => {
      const bytes = await lab.dataSets.delete(id)
      changed(null)
      return { bytes }
    },
    'dataSets.emptyTrash': async () => {
      const views = dataSetViews(lab, dataSets.list({ trashed: true }))
      let bytes = 0
      const unused = views.filter(({ runs }) => runs === 0)
      for (const { id } of unused) bytes += await lab.dataSets.delete(id)
      changed(null)
      const kept = views.filter(({ runs }) => runs > 0).map(({ id, name, runs }) => ({ id, name, runs }))
      return { deleted: unused.length, bytes, kept }
    },
  } satisfies Partial<DataSetHandlers>
}
