import type { RunView } from '../../shared/contract/runs'
import { liesIn } from '../../shared/runs/folders'

/** A column of the table of runs. `value` sorts: null goes last in either direction. */
export interface RunColumn {
  readonly name: string
  readonly title: string
  readonly numeric: boolean
  /** In rem, so that it grows with the text; null: takes what is left. */
  readonly width: number | null
  readonly value: (run: RunView) => string | number | null
}

/** What a run trains, in a word: its preset, else its model's family. */
export const modelOf = (run: RunView): string => run.preset ?? run.family

/** Results stand next to the name: they are in sight in a narrow window too. */
export const runColumns = [
  { name: 'number', title: '#', numeric: true, width: 3.75, value: (run) => run.number },
  { name: 'state', title: 'State', numeric: false, width: 7.25, value: (run) => run.state },
  { name: 'name', title: 'Name', numeric: false, width: null, value: (run) => run.name },
  { name: 'best', title: 'Best', numeric: true, width: 8.25, value: (run) => run.best?.value ?? null },
  { name: 'last', title: 'Last', numeric: true, width: 4.5, value: (run) => run.lastTest },
  { name: 'curve', title: 'Accuracy', numeric: false, width: 5.75, value: (run) => run.sparkline.at(-1) ?? null },
  { name: 'time', title: 'Time', numeric: true, width: 4.5, value: (run) => run.trainSeconds },
  { name: 'model', title: 'Model', numeric: false, width: 7.25, value: modelOf },
  { name: 'data', title: 'Data', numeric: false, width: 6, value: (run) => run.dataSetName },
  { name: 'device', title: 'Device', numeric: false, width: 5, value: (run) => run.engine?.device ?? null },
  { name: 'folder', title: 'Folder', numeric: false, width: 8, value: (run) => run.folder },
  { name: 'tags', title: 'Tags', numeric: false, width: 8, value: (run) => run.tags.join(' ') || null },
  { name: 'notes', title: 'Notes', numeric: false, width: 10, value: (run) => run.notes || null },
  { name: 'parameters', title: 'Parameters', numeric: true, width: 6.5, value: (run) => run.parameters },
  { name: 'seed', title: 'Seed', numeric: true, width: 6, value: (run) => run.seed },
  { name: 'size', title: 'Size', numeric: true, width: 6, value: (run) => run.bytes },
  { name: 'created', title: 'Created', numeric: true, width: 8.5, value: (run) => run.created },
] as const satisfies readonly RunColumn[]

export type RunColumnName = (typeof runColumns)[number]['name']
export type RunState = RunView['state']
export const runStates = ['running', 'queued', 'paused', 'interrupted', 'finished', 'stopped', 'failed'] as const

/** What runs can be filtered by, and what a run has of it. */
export const runFilters = {
  state: { title: 'State', of: (run: RunView): readonly string[] => [run.state] },
  model: { title: 'Model', of: (run: RunView): readonly string[] => [modelOf(run)] },
  data: { title: 'Data set', of: (run: RunView): readonly string[] => [run.dataSetName] },
  tag: { title: 'Tag', of: (run: RunView): readonly string[] => run.tags },
} as const
export type RunFilter = keyof typeof runFilters
export const runFilterNames = Object.keys(runFilters) as readonly RunFilter[]
/** Chosen values by filter: a run is shown when it has one of the values of each; none chosen: all. */
export type RunFilters = { readonly [Name in RunFilter]: readonly string[] }

/** How a person looks at the runs; kept over a restart. */
export interface RunsLook {
  readonly sort: RunColumnName
  readonly descending: boolean
  readonly columns: readonly RunColumnName[]
  readonly filters: RunFilters
  readonly search: string
  /** The folder that is looked into, with those within; '': runs that lie in none; null: all runs. */
  readonly folder: string | null
  /** Whether the list of folders is shown; null: as soon as there are some. */
  readonly folders: boolean | null
}

export const noFilters: RunFilters = { state: [], model: [], data: [], tag: [] }

export const defaultLook: RunsLook = {
  sort: 'number',
  descending: true,
  columns: ['number', 'state', 'name', 'best', 'last', 'curve', 'time', 'model', 'data', 'device'],
  filters: noFilters,
  search: '',
  folder: null,
  folders: null,
}

/** Reads a kept look, part by part; what this window does not know has its default. */
export function readLook(kept: unknown): RunsLook {
  if (typeof kept !== 'object' || kept === null) return defaultLook
  const look = kept as Partial<Record<keyof RunsLook, unknown>>
  const isColumn = (name: unknown): name is RunColumnName => runColumns.some((column) => column.name === name)
  const columns = Array.isArray(look.columns) ? look.columns.filter(isColumn) : []
  return {
    sort: isColumn(look.sort) ? look.sort : defaultLook.sort,
    descending: typeof look.descending === 'boolean' ? look.descending : defaultLook.descending,
    columns: columns.length > 0 ? columns : defaultLook.columns,
    filters: readFilters(look.filters),
    search: typeof look.search === 'string' ? look.search : '',
    folder: typeof look.folder === 'string' ? look.folder : null,
    folders: typeof look.folders === 'boolean' ? look.folders : null,
  }
}

function readFilters(kept: unknown): RunFilters {
  const filters = (typeof kept === 'object' && kept !== null ? kept : {}) as Record<string, unknown>
  const read = (name: RunFilter): readonly string[] => {
    const values = filters[name]
    return Array.isArray(values) ? values.filter((value) => typeof value === 'string') : []
  }
  return { state: read('state'), model: read('model'), data: read('data'), tag: read('tag') }
}

/** Takes a value of a filter in or out. */
export function toggleFilter(filters: RunFilters, name: RunFilter, value: string): RunFilters {
  const chosen = filters[name]
  const next = chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]
  return { ...filters, [name]: next }
}

/** Values that the runs have of a filter, with how many have each, in their usual order; chosen ones are always there. */
export function filterValues(
  runs: readonly RunView[],
  name: RunFilter,
  chosen: readonly string[],
): { value: string; runs: number }[] {
  const counts = new Map(chosen.map((value) => [value, 0]))
  for (const run of runs) for (const value of runFilters[name].of(run)) counts.set(value, (counts.get(value) ?? 0) + 1)
  const place = (value: string): number => (name === 'state' ? runStates.indexOf(value as RunState) : 0)
  return [...counts]
    .map(([value, count]) => ({ value, runs: count }))
    .sort((a, b) => place(a.value) - place(b.value) || order.compare(a.value, b.value))
}

/** Whether every word of `search` is somewhere in the run's name, model, data, folder, tags, notes or number. */
export function matches(run: RunView, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const device = run.engine?.device ?? ''
  const parts = [
    run.name,
    run.preset ?? '',
    run.family,
    run.dataSetName,
    run.state,
    device,
    run.folder ?? '',
    `#${run.number}`,
    ...run.tags,
  ]
  const text = [...parts, run.notes].join('\n').toLowerCase()
  return words.every((word) => text.includes(word))
}

/** Whether a run lies where one looks: see {@link RunsLook.folder}. */
export const inFolder = ({ folder }: RunView, chosen: string | null): boolean =>
  chosen === null || (chosen === '' ? folder === null : liesIn(folder, chosen))

const passes = (run: RunView, filters: RunFilters): boolean =>
  runFilterNames.every(
    (name) => filters[name].length === 0 || runFilters[name].of(run).some((value) => filters[name].includes(value)),
  )

const order = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** The runs that a look shows, in its order; equal ones by number, newest first. */
export function lookAt(runs: readonly RunView[], look: RunsLook): RunView[] {
  const { value } = runColumns.find(({ name }) => name === look.sort)!
  const direction = look.descending ? -1 : 1
  const compare = (a: RunView, b: RunView): number => {
    const [x, y] = [value(a), value(b)]
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1
    const difference = typeof x === 'number' && typeof y === 'number' ? x - y : order.compare(String(x), String(y))
    return direction * difference
  }
  return runs
    .filter((run) => inFolder(run, look.folder) && passes(run, look.filters) && matches(run, look.search))
    .sort((a, b) => compare(a, b) || b.number - a.number)
}

/** Rows to draw of a long list: those in sight and a few around. */
export function visibleRows(
  scrolled: number,
  height: number,
  row: number,
  count: number,
): { from: number; to: number } {
  const around = 8
  const from = Math.max(0, Math.min(count, Math.floor(scrolled / row)) - around)
  return { from, to: Math.min(count, Math.ceil((scrolled + height) / row) + around) }
}
