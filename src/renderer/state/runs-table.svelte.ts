import { noFilters, readLook, toggleFilter } from './runs-table'
import type { RunColumnName, RunFilter, RunsLook } from './runs-table'
import { noSelection } from './selection'
import type { Selection } from './selection'
import type { Settings } from './settings.svelte'

/** How the table of runs is looked at, kept over a restart. */
export class RunsTable {
  static readonly key = 'runs.table'
  readonly #settings: Settings
  /** The search is to have the focus as soon as it is there. */
  searching = $state(false)
  /** Of the rows; not kept. */
  selection = $state.raw<Selection>(noSelection)
  /** Rows that are being dragged to a folder, by their runs' ids. */
  dragged = $state.raw<readonly string[]>([])

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

  /** Takes a value of a filter in or out. */
  filter(name: RunFilter, value: string): void {
    this.change({ filters: toggleFilter(this.look.filters, name, value) })
  }

  /** Shows all runs again. */
  showAll(): void {
    this.change({ filters: noFilters, search: '', folder: null })
  }

  toggle(name: RunColumnName): void {
    const { columns } = this.look
    if (!columns.includes(name)) this.change({ columns: [...columns, name] })
    else if (columns.length > 1) this.change({ columns: columns.filter((column) => column !== name) })
  }
}
