import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataSetManifest, PartName } from '../../../shared/data/dataset'
import type { InputShape } from '../../../shared/experiment/family'
import type { DataSetRow } from '../../store/queries/data-sets'
import type { Store } from '../../store/store'
import type { Home } from '../home'

export type { DataSetRow }

/** What a model must know of a data set's images. */
export const inputShape = ({ height, width, channels, classes }: DataSetManifest): InputShape => ({
  height,
  width,
  channels,
  classes: classes.length,
})

/** The area of data sets: listed, looked up, read. Importing is import.ts. */
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
    return this.#allLabels(dataSet).subarray(offset, offset + count)
  }

  #allLabels(dataSet: DataSetRow): Uint16Array {
    const known = this.#labels.get(dataSet.id)
    if (known) return known
    const bytes = readFileSync(join(this.folder(dataSet), 'labels.u16'))
    const labels = Uint16Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readUInt16LE(2 * i))
    this.#labels.set(dataSet.id, labels)
    return labels
  }
}
