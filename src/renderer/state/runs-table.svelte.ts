import { readLook } from './runs-table'
import type { RunColumnName, RunsLook } from './runs-table'
import type { Settings } from './settings.svelte'

/** How the table of runs is looked at, kept over a restart. */
export class RunsTable {
  static readonly key = 'runs.table'
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  get look(): RunsLook {
    return readLook(this.#settings.get(RunsTable.key))
  }

  change(change: Partial<RunsLook>): void {
    this.#settings.set(RunsTable.key, { ...this.look, ...change })
  }

  /** Sorts by a column; a second time the other way round. */
  sortBy(name: RunColumnName): void {
    const { sort, descending } = this.look
    this.change({ sort: name, descending: sort === name ? !descending : false })
  }

  toggle(name: RunColumnName): void {
    const { columns } = this.look
    if (!columns.includes(name)) this.change({ columns: [...columns, name] })
    else if (columns.length > 1) this.change({ columns: columns.filter((column) => column !== name) })
  }
}
