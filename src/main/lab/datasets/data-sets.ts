import { readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import type { DataSetManifest, PartName } from '../../../shared/data/dataset'
import type { InputShape } from '../../../shared/experiment/family'
import type { DataSetRow } from '../../store/queries/data-sets'
import type { Store } from '../../store/store'
import type { Home } from '../home'
import { cleanTemporary } from './disk'
import { importDataSet, type ImportHooks } from './import'
import type { ImportOptions } from './options'

export type { DataSetRow }

/** What a model must know of a data set's images. */
export const inputShape = ({ height, width, channels, classes }: DataSetManifest): InputShape => ({
  height,
  width,
  channels,
  classes: classes.length,
})

/** What to import and how; the lab knows where it goes. */
export type ImportRequest = Omit<ImportOptions, 'dataSetsFolder'>

/** The area of data sets: imported, listed, looked up, read. */
export class DataSets {
  readonly #home: Home
  readonly #store: Store
  readonly #labels = new Map<string, Uint16Array>()

  constructor(home: Home, store: Store) {
    this.#home = home
    this.#store = store
  }

  /** Oldest first. */
  list(): DataSetRow[] {
    return this.#store.dataSets.list()
  }

  /**
   * Imports what a path holds and lists it; the same content again gives the data set that is there, out of the trash if need be.
   * @throws LabError and the signal's reason, as importDataSet
   */
  async import(
    request: ImportRequest,
    hooks: Pick<ImportHooks, 'onProgress' | 'signal'>,
  ): Promise<{ readonly dataSet: DataSetRow; readonly existed: boolean }> {
    await cleanTemporary(this.#home.dataSets)
    const findByHash = (hash: string): string | null => {
      const row = this.#store.dataSets.findByHash(hash)
      return row && this.folder(row)
    }
    const made = await importDataSet({ ...request, dataSetsFolder: this.#home.dataSets }, { ...hooks, findByHash })
    const known = this.#store.dataSets.findByHash(made.manifest.hash)
    if (known?.trashed) this.#store.dataSets.restore(known.id)
    if (known) return { dataSet: this.get(known.id), existed: true }
    const id = basename(made.folder)
    const folder = relative(this.#home.folder, made.folder)
    this.#store.dataSets.insert({ id, folder, manifest: made.manifest, report: made.report })
    return { dataSet: this.get(id), existed: false }
  }

  /** By id, name or the beginning of an id. @throws LabError 'not-found' or 'bad-input' */
  get(reference: string): DataSetRow {
    return this.#store.dataSets.get(reference)
  }

  /** The imported copy of a public data set, or null. */
  findKnown(known: DataSetManifest['known']): DataSetRow | null {
    return this.list().find(({ manifest }) => manifest.known === known) ?? null
  }

  /** Its folder, absolute. */
  folder(dataSet: DataSetRow): string {
    return join(this.#home.folder, dataSet.folder)
  }

  /** True classes of a part, in data set order. uint16 [images of the part] */
  labels(dataSet: DataSetRow, part: PartName): Uint16Array {
    const { offset, count } = dataSet.manifest.parts[part]
    return this.allLabels(dataSet).subarray(offset, offset + count)
  }

  /** True class of every image, by id. uint16 [images] */
  allLabels(dataSet: DataSetRow): Uint16Array {
    const known = this.#labels.get(dataSet.id)
    if (known) return known
    const bytes = readFileSync(join(this.folder(dataSet), 'labels.u16'))
    const labels = Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16LE(2 * i))
    this.#labels.set(dataSet.id, labels)
    return labels
  }
}
