import { makingRows, type MakingRow } from './differences'
import type { ComparedRun } from '../contract/compare'
import { fieldGroups } from '../experiment/field'
import { fieldsOf, type Field } from '../experiment/fields'
import { formatCount } from '../charts/format'
import { fieldWords } from '../experiment/field-words'

/** One thing that runs are made of, in words; by run, null where a run has no such thing. */
export interface DifferenceRow {
  readonly path: string
  readonly label: string
  readonly values: readonly (string | null)[]
  readonly differs: boolean
}

export interface DifferenceGroup {
  readonly title: string
  readonly rows: readonly DifferenceRow[]
}

/** What is no field of a configuration, in the order it is shown. */
const others: Readonly<Record<string, { readonly label: string; readonly group: string }>> = {
  preset: { label: 'Preset', group: 'Model' },
  parameters: { label: 'Parameters', group: 'Model' },
  'data.name': { label: 'Data set', group: 'Data' },
  'data.hash': { label: 'Data hash', group: 'Data' },
  'engine.backend': { label: 'Engine', group: 'Engine' },
  'engine.device': { label: 'Device', group: 'Engine' },
  'engine.threads': { label: 'Threads', group: 'Engine' },
  'engine.mode': { label: 'Steps run', group: 'Engine' },
  'engine.precision': { label: 'Products', group: 'Engine' },
  'engine.tensorflow': { label: 'TensorFlow', group: 'Engine' },
  'engine.tfjs': { label: 'TensorFlow.js', group: 'Engine' },
  'engine.node': { label: 'Node', group: 'Engine' },
  'lab.version': { label: 'HRM Lab', group: 'Versions' },
  'lab.gitCommit': { label: 'Commit', group: 'Versions' },
  version: { label: 'Version of the configuration', group: 'Versions' },
}
const groupTitles = [...fieldGroups, 'Data', 'Engine', 'Versions']

/** Everything that makes the runs, by group. @param hideEqual what all have alike is left out */
export function differenceGroups(runs: readonly ComparedRun[], hideEqual: boolean): DifferenceGroup[] {
  // Families may give one path other words: the first run's count.
  const named = runs.toReversed().flatMap(({ configuration }) => fieldsOf(configuration.model.family))
  const fields = new Map(named.map((field) => [field.path, field]))
  const rows = makingRows(
    runs.map(({ run, configuration, data, made }) => ({
      ...{ configuration, made, engine: run.engine, parameters: run.parameters },
      dataSet: { name: data.name, hash: data.hash },
    })),
  ).filter(({ differs }) => differs || !hideEqual)
  const groupOf = (path: string): string => fields.get(path)?.group ?? others[path]?.group ?? 'Versions'
  return groupTitles.flatMap((title) => {
    const ofGroup = rows.filter(({ path }) => groupOf(path) === title)
    return ofGroup.length === 0 ? [] : [{ title, rows: ofGroup.map((row) => inWords(row, fields)) }]
  })
}

function inWords({ path, values, differs }: MakingRow, fields: ReadonlyMap<string, Field>): DifferenceRow {
  const field = fields.get(path)
  const word = (value: unknown): string | null => {
    if (value === undefined) return null
    if (path === 'parameters') return formatCount(value as number)
    if (path === 'engine.threads' && value === 0) return 'all'
    return fieldWords(value, field ?? {})
  }
  return { path, label: field?.label ?? others[path]?.label ?? path, values: values.map(word), differs }
}
