import type { Configuration } from '../../../shared/experiment/configuration'
import { executionWords } from '../../../shared/experiment/engine-info'
import { fieldGroups } from '../../../shared/experiment/field'
import { fieldWords, valueWords } from '../../../shared/experiment/field-words'
import { fieldsOf } from '../../../shared/experiment/fields'
import { leaves, valueAt } from '../../../shared/experiment/paths'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import type { RunDetailView } from '../../state/run-detail.svelte'

/** One line of a run's configuration. */
export interface ConfigurationRow {
  readonly label: string
  /** As a file or the command line names it; null: it is no field. */
  readonly path: string | null
  readonly value: string
  /** What its preset has there, where that differs. */
  readonly preset: string | null
}

export interface ConfigurationGroup {
  readonly title: string
  readonly rows: readonly ConfigurationRow[]
}

/** Every field of the configuration by group, with what differs from its preset; the seed is each run's own. */
export function configurationGroups(configuration: Configuration): ConfigurationGroup[] {
  const preset = presets.find(({ name }) => name === configuration.preset)
  const base = preset && presetConfiguration(preset)
  const fields = fieldsOf(configuration.model.family)
  return fieldGroups.flatMap((title) => {
    const rows = fields
      .filter(({ group }) => group === title)
      .map((field) => {
        const { label, path } = field
        const [value, usual] = [valueAt(configuration, path), base && valueAt(base, path)]
        const shown = (of: unknown): string => fieldWords(of, field)
        const differs = base !== undefined && path !== 'training.seed' && value !== usual
        return { label, path, value: shown(value), preset: differs ? shown(usual) : null }
      })
    return rows.length > 0 ? [{ title, rows }] : []
  })
}

/** What the run was made with: the data, the lab, the engine. */
export function originRows({ run, dataHash, labVersion, gitCommit }: RunDetailView): ConfigurationRow[] {
  const row = (label: string, value: unknown): ConfigurationRow => ({
    label,
    path: null,
    value: valueWords(value),
    preset: null,
  })
  const engine = run.engine
  return [
    row('Data set', run.dataSetName),
    row('Data hash', dataHash),
    row('HRM Lab', labVersion),
    row('Commit', gitCommit),
    ...(run.origin === null ? [] : [row('Brought from another lab, there', run.origin)]),
    ...(engine
      ? [
          row('Engine', engine.backend),
          row('Device', engine.device),
          row('TensorFlow', engine.tensorflow),
          row('TensorFlow.js', engine.tfjs),
          row('Node', engine.node),
          row('Threads', engine.threads ?? 'all'),
          row('Steps run', executionWords(engine)),
          row('Products', engine.precision ?? 'float32'),
        ]
      : [row('Engine', 'not started yet')]),
  ]
}

/** How many fields differ from the preset. */
export const differences = (groups: readonly ConfigurationGroup[]): number =>
  groups.reduce((sum, { rows }) => sum + rows.filter(({ preset }) => preset !== null).length, 0)

/** Fields that a table shows: none of the configuration's leaves may be missing from it. */
export const missingPaths = (configuration: Configuration): string[] => {
  const shown = new Set(configurationGroups(configuration).flatMap(({ rows }) => rows.map(({ path }) => path)))
  return leaves(configuration).flatMap(([path]) =>
    shown.has(path) || path === 'version' || path === 'preset' ? [] : [path],
  )
}
