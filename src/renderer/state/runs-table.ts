import type { RunView } from '../../shared/contract/runs'

/** A column of the table of runs. `value` sorts: null goes last in either direction. */
export interface RunColumn {
  readonly name: string
  readonly title: string
  readonly numeric: boolean
  /** Pixels; null: takes what is left. */
  readonly width: number | null
  readonly value: (run: RunView) => string | number | null
}

const shortest = (run: RunView): string => run.preset ?? run.family

export const runColumns = [
  { name: 'number', title: '#', numeric: true, width: 80, value: (run) => run.number },
  { name: 'state', title: 'State', numeric: false, width: 112, value: (run) => run.state },
  { name: 'name', title: 'Name', numeric: false, width: null, value: (run) => run.name },
  { name: 'model', title: 'Model', numeric: false, width: 136, value: shortest },
  { name: 'data', title: 'Data', numeric: false, width: 112, value: (run) => run.dataSetName },
  { name: 'device', title: 'Device', numeric: false, width: 96, value: (run) => run.engine?.device ?? null },
  { name: 'best', title: 'Best', numeric: true, width: 136, value: (run) => run.best?.value ?? null },
  { name: 'last', title: 'Last', numeric: true, width: 80, value: (run) => run.lastTest },
  { name: 'curve', title: 'Accuracy', numeric: false, width: 96, value: (run) => run.sparkline.at(-1) ?? null },
  { name: 'time', title: 'Time', numeric: true, width: 80, value: (run) => run.trainSeconds },
  { name: 'parameters', title: 'Parameters', numeric: true, width: 104, value: (run) => run.parameters },
  { name: 'seed', title: 'Seed', numeric: true, width: 80, value: (run) => run.seed },
  { name: 'created', title: 'Created', numeric: true, width: 136, value: (run) => run.created },
] as const satisfies readonly RunColumn[]

export type RunColumnName = (typeof runColumns)[number]['name']
export type RunState = RunView['state']
export const runStates = ['running', 'queued', 'paused', 'interrupted', 'finished', 'stopped', 'failed'] as const

/** How a person looks at the runs; kept over a restart. */
export interface RunsLook {
  readonly sort: RunColumnName
  readonly descending: boolean
  readonly columns: readonly RunColumnName[]
  /** Only runs in this state; null: all. */
  readonly state: RunState | null
  readonly search: string
}

export const defaultLook: RunsLook = {
  sort: 'number',
  descending: true,
  columns: ['number', 'state', 'name', 'model', 'data', 'best', 'last', 'curve', 'time'],
  state: null,
  search: '',
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
    state: runStates.find((state) => state === look.state) ?? null,
    search: typeof look.search === 'string' ? look.search : '',
  }
}

/** Whether every word of `search` is somewhere in the run's name, model, data, tags, notes or number. */
export function matches(run: RunView, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return true
  const parts = [run.name, run.preset ?? '', run.family, run.dataSetName, run.state, `#${run.number}`, ...run.tags]
  const text = [...parts, run.notes].join('\n').toLowerCase()
  return words.every((word) => text.includes(word))
}

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
    .filter((run) => (look.state === null || run.state === look.state) && matches(run, look.search))
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
