import { formatCount, formatDuration, formatPercent, formatTick } from '../../../../shared/charts/format'
import { makingRows } from '../../../../shared/compare/differences'
import { summariseEpochs } from '../../../../shared/compare/summary'
import type { ComparedRun } from '../../../../shared/contract/compare'
import { fieldsOf, type Field } from '../../../../shared/experiment/fields'
import { fieldWords } from '../../../../shared/experiment/field-words'

/** A number of a run: what it costs or what it gives. */
export interface Measure {
  readonly key: string
  readonly label: string
  readonly of: (run: ComparedRun) => number | null
  readonly format: (value: number) => string
}

const digits = (value: number): string => formatTick(Number(value.toPrecision(4)))

/** What a run costs. */
export const costs: readonly Measure[] = [
  { key: 'parameters', label: 'Parameters', of: ({ run }) => run.parameters, format: formatCount },
  { key: 'gflop', label: 'GFLOP an image', of: ({ gflopPerImage }) => gflopPerImage, format: digits },
  {
    ...{ key: 'epochSeconds', label: 'Time per epoch', format: formatDuration },
    of: ({ epochs }) => summariseEpochs(epochs).epochSeconds,
  },
  {
    ...{ key: 'trainSeconds', label: 'Training time', format: formatDuration },
    of: ({ run }) => (run.trainSeconds > 0 ? run.trainSeconds : null),
  },
]

/** What a run gives. */
export const gains: readonly Measure[] = [
  {
    ...{ key: 'best', label: 'Test, best', format: formatPercent },
    of: ({ epochs }) => summariseEpochs(epochs).best?.accuracy ?? null,
  },
  {
    ...{ key: 'last', label: 'Test, last', format: formatPercent },
    of: ({ epochs }) => summariseEpochs(epochs).testAccuracy,
  },
  { key: 'train', label: 'Train', format: formatPercent, of: ({ epochs }) => summariseEpochs(epochs).trainAccuracy },
]

/** Where runs lie that have no such value: below the axis' own range. */
export const NOWHERE = -0.1

/** One axis of the parallel coordinates; by run: its place, 0 (low) … 1 (high) or NOWHERE, and its value in words. */
export interface OverviewAxis {
  readonly key: string
  readonly label: string
  readonly places: readonly number[]
  readonly words: readonly string[]
  readonly ticks: readonly { readonly place: number; readonly label: string }[]
}

/** The fields in which the runs differ, then what they cost and give; an axis that says nothing is left out. */
export function overviewAxes(runs: readonly ComparedRun[]): OverviewAxis[] {
  const measured = [...costs, ...gains].flatMap(({ key, label, of, format }) => {
    const values = runs.map(of)
    return values.every((value) => value === null) ? [] : [numberAxis(key, label, values, format)]
  })
  return [...fieldAxes(runs), ...measured]
}

function fieldAxes(runs: readonly ComparedRun[]): OverviewAxis[] {
  const named = runs.toReversed().flatMap(({ configuration }) => fieldsOf(configuration.model.family))
  const fields = new Map<string, Field>(named.map((field) => [field.path, field]))
  const rows = makingRows(
    runs.map(({ run, configuration, data, made }) => ({
      ...{ configuration, made, engine: run.engine, parameters: run.parameters },
      dataSet: { name: data.name, hash: data.hash },
    })),
  )
  return rows.flatMap(({ path, values, differs }) => {
    const field = fields.get(path)
    // Seeds are told apart by nothing that could be compared.
    if (!differs || path === 'training.seed') return []
    // What one family has and another has not says no more than the axis of the models.
    if (new Set(values.filter((value) => value !== undefined)).size < 2) return []
    if (path === 'data.name') return [choiceAxis(path, 'Data set', values, {})]
    if (!field) return []
    const numbers = values.map((value) => (typeof value === 'number' ? value : null))
    const isNumber = values.every((value) => value === undefined || value === null || typeof value === 'number')
    return [isNumber ? numberAxis(path, field.label, numbers, digits) : choiceAxis(path, field.label, values, field)]
  })
}

/** So many different values are all written beside their axis. */
const MOST_MARKED = 5
/** A range of values more than so many times its least is logarithmic. */
const LOG_FROM = 100

function numberAxis(
  key: string,
  label: string,
  values: readonly (number | null)[],
  format: (value: number) => string,
): OverviewAxis {
  const known = values.filter((value) => value !== null)
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const log = low > 0 && high / low > LOG_FROM
  const bend = (value: number): number => (log ? Math.log(value) : value)
  const span = bend(high) - bend(low)
  const place = (value: number): number => (span > 0 ? (bend(value) - bend(low)) / span : 0.5)
  const middle = log ? Math.exp((Math.log(low) + Math.log(high)) / 2) : (low + high) / 2
  const distinct = [...new Set(known)].sort((a, b) => a - b)
  const marked = distinct.length <= MOST_MARKED ? distinct : [low, middle, high]
  return {
    ...{ key, label: log ? `${label} (log)` : label },
    places: values.map((value) => (value === null ? NOWHERE : place(value))),
    words: values.map((value) => (value === null ? 'none' : format(value))),
    ticks: marked.map((value) => ({ place: place(value), label: format(value) })),
  }
}

function choiceAxis(key: string, label: string, values: readonly unknown[], field: Partial<Field>): OverviewAxis {
  const word = (value: unknown): string => fieldWords(value, field)
  const choices = [...new Set(values.filter((value) => value !== undefined && value !== null).map(word))].sort()
  const place = (value: unknown): number => {
    if (value === undefined || value === null) return NOWHERE
    return choices.length > 1 ? choices.indexOf(word(value)) / (choices.length - 1) : 0.5
  }
  return {
    ...{ key, label, places: values.map(place) },
    words: values.map((value) => (value === undefined ? 'none' : word(value))),
    ticks: choices.map((choice, i) => ({ place: choices.length > 1 ? i / (choices.length - 1) : 0.5, label: choice })),
  }
}
