import { readdirSync, readFileSync, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, join, relative } from 'node:path'
import type { DataSetManifest, PartName } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import type { InputShape } from '../../../shared/experiment/family'
import type { DataSetRow } from '../../store/queries/data-sets'
import type { Store } from '../../store/store'
import type { Home } from '../home/home'
import { cleanTemporary } from './disk'
import { importDataSet, type ImportHooks, type ImportResult } from './import'
import type { ImportOptions } from './options'
import { absentParts, incomplete, type PartialContent, writePartial } from './partial'
import { bringFiles, discardFiles, partBytes, type BringHooks } from './public/bring'
import { publicSets, requirePublicSet, type PublicSet } from './public/catalog'

export type { DataSetRow }

/** What a model must know of a data set's images. */
export const inputShape = ({ height, width, channels, classes }: DataSetManifest): InputShape => ({
  height,
  width,
  channels,
  classes: classes.length,
})

/** What to import and how; the lab knows where it goes. */
export type ImportRequest = Omit<ImportOptions, 'dataSetsFolder' | 'published'>

/** What an import gives: the data set, and whether it was here before. */
export interface Imported {
  readonly dataSet: DataSetRow
  readonly existed: boolean
}

type Hooks = Pick<ImportHooks, 'onProgress' | 'signal' | 'yielding'>

/** The area of data sets: imported, listed, looked up, read. */
export class DataSets {
  readonly #home: Home
  readonly #store: Store
  readonly #labels = new Map<string, Uint16Array>()
  readonly #bytes = new Map<string, number>()
  /** Keys of public data sets that are on their way. */
  readonly #bringing = new Set<string>()
  /** The public data sets it can bring. Tests publish their own. */
  publicSets: readonly PublicSet[] = publicSets
  /** Other than usual patience and surroundings of downloads; for tests. */
  bringing: Partial<Omit<BringHooks, 'signal' | 'onProgress'>> = {}

  constructor(home: Home, store: Store) {
    this.#home = home
    this.#store = store
  }

  /** Oldest first. */
  list(): DataSetRow[] {
    return this.#store.dataSets.list()
  }

  /**
   * Imports what a path holds and lists it; the same content again gives the data set that is there, out of the trash if need
   * be. The key of a public data set as path brings that: what is not here is downloaded first.
   * @throws LabError and the signal's reason, as importDataSet and bringFiles
   */
  async import(request: ImportRequest, hooks: Hooks): Promise<Imported> {
    const set = this.publicSets.find(({ key }) => key === request.path)
    return set && set.files.length > 0 ? this.#bring(set, request, hooks) : this.#import(request, hooks)
  }

  async #bring(set: PublicSet, request: ImportRequest, hooks: Hooks): Promise<Imported> {
    const { path: _key, name: _name, ...choices } = request
    const here = this.findPublic(set.key)
    if (here && Object.values(choices).every((choice) => choice === undefined)) return { dataSet: here, existed: true }
    if (this.#bringing.has(set.key))
      throw new LabError('bad-input', `${set.name} is being downloaded already.`, 'Wait until it is here.')
    this.#bringing.add(set.key)
    try {
      const folder = this.#downloads(set)
      const path = await bringFiles(set, folder, {
        ...this.bringing,
        ...{ signal: hooks.signal ?? new AbortController().signal, onProgress: hooks.onProgress },
      })
      const imported = await this.#import({ ...request, path, published: set }, hooks)
      // What is kept is the data set; its files would only be read again to make the same.
      await discardFiles(folder)
      return imported
    } finally {
      this.#bringing.delete(set.key)
    }
  }

  async #import(request: Omit<ImportOptions, 'dataSetsFolder'>, hooks: Hooks): Promise<Imported> {
    await cleanTemporary(this.#home.dataSets)
    const findByHash = (hash: string): string | null => {
      const row = this.#store.dataSets.findByHash(hash)
      return row && this.absentParts(row).length === 0 ? this.folder(row) : null
    }
    const made = await importDataSet({ ...request, dataSetsFolder: this.#home.dataSets }, { ...hooks, findByHash })
    const known = this.#store.dataSets.findByHash(made.manifest.hash)
    if (known?.trashed) this.#store.dataSets.restore(known.id)
    if (known && this.absentParts(known).length > 0) {
      await this.#complete(known, made)
      return { dataSet: this.get(known.id), existed: false }
    }
    if (known) return { dataSet: this.get(known.id), existed: true }
    const id = basename(made.folder)
    const folder = relative(this.#home.folder, made.folder)
    this.#store.dataSets.insert({ id, folder, manifest: made.manifest, report: made.report })
    return { dataSet: this.get(id), existed: false }
  }

  /** Puts a whole import in the place of a data set that had come along with a run. */
  async #complete({ id, folder }: DataSetRow, { folder: made, manifest, report }: ImportResult): Promise<void> {
    const place = join(this.#home.folder, folder)
    await rm(place, { recursive: true, force: true })
    await rename(made, place)
    this.#store.dataSets.replace({ id, folder, manifest, report })
    this.#bytes.delete(id)
  }

  /** Those of which all images are here. */
  #whole(): DataSetRow[] {
    return this.list().filter((row) => this.absentParts(row).length === 0)
  }

  /** Parts of it whose images are not here: it came with a run's bundle. */
  absentParts(dataSet: DataSetRow): readonly PartName[] {
    return absentParts(this.folder(dataSet))
  }

  /** @throws LabError 'not-found' when images of the part are not here */
  requirePart(dataSet: DataSetRow, part: PartName): void {
    if (this.absentParts(dataSet).includes(part)) throw incomplete(dataSet.name, part)
  }

  /** @throws LabError 'not-found' when images of it are not here */
  requireWhole(dataSet: DataSetRow): void {
    const [part] = this.absentParts(dataSet)
    if (part) throw incomplete(dataSet.name, part)
  }

  /** Folder, relative to the lab's, of a data set that comes along with a run. */
  partialFolder({ hash }: Pick<DataSetRow, 'hash'>): string {
    return join('datasets', `brought-${hash.slice(0, 12)}`)
  }

  /**
   * Writes what came along of a data set that is listed already, and notes in its report what did not.
   * @throws LabError 'bad-input' when it does not fit
   */
  async writePartial(dataSet: DataSetRow, content: PartialContent): Promise<void> {
    const { id, folder, manifest } = dataSet
    const here = [...content.pixels.keys()].join(' and ') || 'none'
    const note = `It came with a run: of its images ${here} are here. Import it from its source to train on it.`
    const report = { ...dataSet.report, notes: [note, ...dataSet.report.notes] }
    const place = this.folder(dataSet)
    // What a kill left.
    await rm(place, { recursive: true, force: true })
    await writePartial(place, manifest, report, content)
    this.#store.dataSets.replace({ id, folder, manifest, report })
  }

  /** The imported copy of a public data set in its own form, or null. Some are known by their content, all by their origin. */
  findPublic(key: string): DataSetRow | null {
    const own = ({ manifest: { known, source, ...shape } }: DataSetRow): boolean => {
      const set = this.publicSets.find((candidate) => candidate.key === key)
      if (known !== null) return known === key
      return source.path === key && set?.height === shape.height && set.channels === shape.channels && !source.coarse
    }
    return this.#whole().find(own) ?? null
  }

  /** Bytes that cut downloads of a public data set left. */
  downloaded(set: PublicSet): Promise<number> {
    return partBytes(set, this.#downloads(set))
  }

  /** Deletes what cut downloads of a public data set left. @throws LabError 'bad-input' while it is being downloaded */
  async discardDownload(key: string): Promise<void> {
    const set = requirePublicSet(this.publicSets, key)
    if (this.#bringing.has(key))
      throw new LabError('bad-input', `${set.name} is being downloaded.`, 'Cancel the download first.')
    await discardFiles(this.#downloads(set))
  }

  #downloads({ key }: PublicSet): string {
    return join(this.#home.folder, 'downloads', key)
  }

  /** Bytes of its files on the disk; 0 where they are gone. */
  bytes(dataSet: DataSetRow): number {
    const known = this.#bytes.get(dataSet.id)
    if (known !== undefined) return known
    const folder = this.folder(dataSet)
    try {
      const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
      this.#bytes.set(dataSet.id, bytes)
      return bytes
    } catch {
      return 0
    }
  }

  /**
   * Deletes a data set for good, with its files.
   * @returns bytes freed
   * @throws LabError 'not-found', 'bad-input' while runs were made with it
   */
  async delete(id: string): Promise<number> {
    const dataSet = this.#store.dataSets.get(id)
    if (dataSet.id !== id) throw new LabError('not-found', `There is no data set with the id ${id}.`)
    const bytes = this.bytes(dataSet)
    // First the record: a kill in between leaves a folder that the same import takes up again, never a record without files.
    this.#store.dataSets.remove(id)
    this.#labels.delete(id)
    this.#bytes.delete(id)
    await rm(this.folder(dataSet), { recursive: true, force: true })
    return bytes
  }

  /** By id, name or the beginning of an id. @throws LabError 'not-found' or 'bad-input' */
  get(reference: string): DataSetRow {
    return this.#store.dataSets.get(reference)
  }

  /** The imported copy of a public data set, or null. */
  findKnown(known: DataSetManifest['known']): DataSetRow | null {
    return this.#whole().find(({ manifest }) => manifest.known === known) ?? null
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
