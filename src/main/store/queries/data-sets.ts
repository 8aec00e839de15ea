import { z } from 'zod'
import { dataSetManifestSchema, type DataSetManifest, type ImportReport } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import type { Connection } from '../connection'
import { findByReference, json } from './rows'

const count = z.int().min(0)
const reportSchema = z.object({
  classes: z.array(z.object({ name: z.string(), train: count, validation: count, test: count })),
  skipped: z.array(z.object({ path: z.string(), reason: z.string() })),
  duplicates: z.array(z.object({ names: z.array(z.string()), acrossParts: z.boolean(), acrossClasses: z.boolean() })),
  // JSON has no infinity: a class without images (Infinity) is written as null.
  imbalance: z
    .number()
    .nullable()
    .transform((value) => value ?? Infinity),
  notes: z.array(z.string()),
}) satisfies z.ZodType<ImportReport>

const rowSchema = z.object({
  id: z.string(),
  name: z.string(),
  hash: z.string(),
  manifest: json(dataSetManifestSchema),
  report: json(reportSchema),
  folder: z.string(),
  created: z.number(),
  trashed: z.number().nullable(),
})
/** A data set as the lab lists it. */
export type DataSetRow = Readonly<z.infer<typeof rowSchema>>

export interface NewDataSet {
  /** Short, file-safe and unique; the folder's name. */
  readonly id: string
  /** Folder, relative to the lab's. */
  readonly folder: string
  readonly manifest: DataSetManifest
  readonly report: ImportReport
}

/** Imported data sets. */
export class DataSets {
  readonly #connection
  readonly #select
  readonly #byHash
  readonly #insert
  readonly #rename
  readonly #replace
  readonly #setTrashed
  readonly #inUse
  readonly #deleteExperiments
  readonly #delete

  constructor(connection: Connection) {
    this.#connection = connection
    this.#select = connection.query('SELECT * FROM data_sets ORDER BY created, id', rowSchema)
    this.#byHash = connection.query('SELECT * FROM data_sets WHERE hash = ?', rowSchema)
    this.#insert = connection.statement(
      'INSERT INTO data_sets (id, name, hash, manifest, report, folder, created) VALUES (?, ?, ?, ?, ?, ?, ?)',
    )
    this.#rename = connection.statement('UPDATE data_sets SET name = ? WHERE id = ?')
    this.#replace = connection.statement('UPDATE data_sets SET folder = ?, manifest = ?, report = ? WHERE id = ?')
    this.#setTrashed = connection.statement('UPDATE data_sets SET trashed = ? WHERE id = ?')
    this.#inUse = connection.query(
      'SELECT count(*) AS runs FROM runs JOIN experiments ON experiments.id = runs.experiment WHERE data_set = ?',
      z.object({ runs: z.number() }),
    )
    this.#deleteExperiments = connection.statement('DELETE FROM experiments WHERE data_set = ?')
    this.#delete = connection.statement('DELETE FROM data_sets WHERE id = ?')
  }

  /** Lists a whole import; its name and hash are the manifest's. On the disk when it returns. */
  insert({ id, folder, manifest, report }: NewDataSet): void {
    const { name, hash } = manifest
    const texts = [JSON.stringify(manifest), JSON.stringify(report)] as const
    this.#connection.durably(() => this.#insert.run(id, name, hash, ...texts, folder, Date.now()))
  }

  /** Oldest first; those in the trash only when asked for. */
  list({ trashed = false } = {}): DataSetRow[] {
    return this.#select.all().filter((row) => (row.trashed !== null) === trashed)
  }

  /**
   * By id, else by name, else by the beginning of an id; in the trash by whole id only.
   * @throws LabError 'not-found', or 'bad-input' when several fit
   */
  get(reference: string): DataSetRow {
    const rows = this.#select.all()
    return findByReference(rows, reference, { what: 'data set', list: 'hrm-lab datasets' })
  }

  /** The data set with this content, also one in the trash; null when it was never imported. */
  findByHash(hash: string): DataSetRow | null {
    return this.#byHash.first(hash)
  }

  /** Changes the name shown; the manifest keeps the imported one. */
  rename(id: string, name: string): void {
    this.#requireChange(this.#rename.run(name, id).changes, id)
  }

  /** The same content in another folder, as it was imported there. */
  replace({ id, folder, manifest, report }: NewDataSet): void {
    const texts = [JSON.stringify(manifest), JSON.stringify(report)] as const
    this.#requireChange(this.#connection.durably(() => this.#replace.run(folder, ...texts, id)).changes, id)
  }

  /** Out of the lists, everything kept. */
  trash(id: string): void {
    this.#requireChange(this.#setTrashed.run(Date.now(), id).changes, id)
  }

  /** Back out of the trash. */
  restore(id: string): void {
    this.#requireChange(this.#setTrashed.run(null, id).changes, id)
  }

  /** Forgets the data set and the experiments on it for good. @throws LabError 'bad-input' while runs were made with it */
  remove(id: string): void {
    const runs = this.#inUse.first(id)?.runs ?? 0
    if (runs > 0) {
      throw new LabError('bad-input', `${runs} runs were trained on the data set ${id}.`, 'Delete those runs first.')
    }
    this.#connection.durably(() => {
      this.#deleteExperiments.run(id)
      this.#requireChange(this.#delete.run(id).changes, id)
    })
  }

  #requireChange(changes: number, id: string): void {
    if (changes === 0) throw new LabError('not-found', `There is no data set ${id}.`)
  }
}
