/** Data sets as windows see them. */
import { join } from 'node:path'
import { statSync } from 'node:fs'
import type { DataSetView, ImportReportView, PublicDataSet } from '../../../shared/contract/data-sets'
import { partNames, type DataSetIndexEntry, type PartName } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import type { Lab } from '../lab'
import type { DataSetRow } from './data-sets'
import { downloadBytes } from './public/catalog'

/** Skipped files, and groups of duplicates, that one answer lists, and images it names of a group: nobody reads more. */
export const LISTED = 10_000
const NAMED = 100

/** Rows as lists show them. */
export function dataSetViews(lab: Lab, rows: readonly DataSetRow[]): DataSetView[] {
  const runs = new Map<string, number>()
  for (const run of [...lab.store.runs.list(), ...lab.store.runs.list({ trashed: true })])
    runs.set(run.dataSet, (runs.get(run.dataSet) ?? 0) + 1)
  return rows.map((row) => {
    const { id, name, hash, manifest, created, trashed } = row
    return {
      ...{ id, name, hash, manifest, created },
      runs: runs.get(id) ?? 0,
      bytes: lab.dataSets.bytes(row),
      trashed: trashed !== null,
    }
  })
}

/** What an import found, with the files and images it speaks of, so that they can be shown. */
export async function reportView(
  row: DataSetRow,
  indexOf: (row: DataSetRow) => Promise<readonly DataSetIndexEntry[]>,
): Promise<ImportReportView> {
  const { classes, skipped, duplicates, imbalance, notes } = row.report
  const { ids, problem } = await namedImages(row, indexOf)
  const fileOf = filesOf(row)
  return {
    classes: classes.map((own) => ({ ...own })),
    skipped: skipped.slice(0, LISTED).map(({ path, reason }) => ({ path, reason, file: fileOf(path) })),
    skippedMore: Math.max(0, skipped.length - LISTED),
    duplicates: duplicates.slice(0, LISTED).map(({ names, acrossParts, acrossClasses }) => {
      const shown = names.slice(0, NAMED)
      const images = shown.flatMap((name) => ids.get(name) ?? [])
      return { count: names.length, names: shown, images, acrossParts, acrossClasses }
    }),
    duplicatesMore: Math.max(0, duplicates.length - LISTED),
    imbalance: Number.isFinite(imbalance) ? imbalance : null,
    notes: [...notes, ...problem],
  }
}

/** Image ids by name, of a data set with duplicates. Where its files are gone, the report says so and has no ids. */
async function namedImages(
  row: DataSetRow,
  indexOf: (row: DataSetRow) => Promise<readonly DataSetIndexEntry[]>,
): Promise<{ ids: ReadonlyMap<string, number>; problem: string[] }> {
  if (row.report.duplicates.length === 0) return { ids: new Map(), problem: [] }
  try {
    const index = await indexOf(row)
    return { ids: new Map(index.map(({ name }, id) => [name, id])), problem: [] }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return { ids: new Map(), problem: [error.message] }
  }
}

/** The file of a path in the report: below the folder that was imported, if it is still one. */
function filesOf({ manifest: { source } }: DataSetRow): (path: string) => string | null {
  const folder =
    source.reader === 'folder' && (statSync(source.path, { throwIfNoEntry: false })?.isDirectory() ?? false)
  return (path) => (folder ? join(source.path, path) : null)
}

/** Ids of the images of a class and part (null: any), in data set order. */
export function chosenImages(lab: Lab, row: DataSetRow, label: number | null, part: PartName | null): number[] {
  const { parts } = row.manifest
  const total = partNames.reduce((sum, name) => sum + parts[name].count, 0)
  const { offset, count } = part ? parts[part] : { offset: 0, count: total }
  const labels = lab.dataSets.allLabels(row)
  const ids: number[] = []
  for (let id = offset; id < offset + count; id++) if (label === null || labels[id] === label) ids.push(id)
  return ids
}

/** What the lab can bring by itself, and what of it is here. */
export function publicDataSets({ dataSets }: Lab): Promise<PublicDataSet[]> {
  return Promise.all(
    dataSets.publicSets.map(async ({ files, classNames: _classNames, ...set }) => ({
      ...set,
      bytes: downloadBytes({ files }),
      partBytes: await dataSets.downloaded({ ...set, files, classNames: null }),
      state: files.length === 0 ? ('bundled' as const) : ('downloadable' as const),
      here: dataSets.findPublic(set.key)?.id ?? null,
    })),
  )
}
