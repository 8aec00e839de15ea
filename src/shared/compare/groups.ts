import type { Configuration } from '../experiment/configuration'
import { leaves } from '../experiment/paths'

/** What runs of one group share: nothing, model and its fields, data, or everything but the seed. */
export const groupings = ['none', 'model', 'data', 'seed'] as const
export type Grouping = (typeof groupings)[number]

/** What grouping needs of a run. */
export interface Groupable {
  readonly run: {
    readonly id: string
    readonly name: string
    readonly preset: string | null
    readonly dataSetName: string
  }
  readonly configuration: Configuration
  readonly data: { readonly hash: string }
}

/** Runs that belong together. */
export interface RunGroup<Run extends Groupable> {
  readonly key: string
  readonly label: string
  readonly runs: readonly Run[]
}

/** Puts runs into groups, in the order of each group's first run. */
export function groupRuns<Run extends Groupable>(runs: readonly Run[], grouping: Grouping): RunGroup<Run>[] {
  const groups = new Map<string, Run[]>()
  for (const run of runs) {
    const key = groupKey(run, grouping)
    const group = groups.get(key)
    if (group) group.push(run)
    else groups.set(key, [run])
  }
  return [...groups].map(([key, members]) => ({ key, label: groupLabel(members, grouping), runs: members }))
}

/** Equal for runs of one group. */
export function groupKey({ run, configuration, data }: Groupable, grouping: Grouping): string {
  if (grouping === 'none') return run.id
  if (grouping === 'data') return `data ${data.hash}`
  if (grouping === 'model') return `model ${text(configuration.model)}`
  const { training, model } = configuration
  return `seed ${data.hash} ${text(model)} ${text({ ...training, seed: null })}`
}

/** A part of a configuration as text, whatever order its fields have. */
const text = (part: object): string => JSON.stringify(leaves(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))

function groupLabel(runs: readonly Groupable[], grouping: Grouping): string {
  const { run, configuration } = runs[0]!
  if (grouping === 'data') return run.dataSetName
  if (grouping === 'model') return run.preset ?? configuration.model.family
  // Seeds of one experiment have one name; runs that were made apart may not.
  return new Set(runs.map((one) => one.run.name)).size === 1 || runs.length === 1
    ? run.name
    : `${run.name} and ${runs.length - 1} more`
}
