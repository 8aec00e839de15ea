import type { Configuration } from '../experiment/configuration'
import type { EngineInfo } from '../experiment/engine-info'
import { leaves } from '../experiment/paths'

/** Everything that makes a run. */
export interface RunMaking {
  readonly configuration: Configuration
  readonly dataSet: { readonly name: string; readonly hash: string }
  /** null: it has not begun. */
  readonly engine: EngineInfo | null
  readonly made: { readonly labVersion: string; readonly gitCommit: string | null }
  readonly parameters: number
}

/** What runs have at one path, as 'training.batch', 'data.hash' or 'engine.device'; undefined: no such thing. */
export interface MakingRow {
  readonly path: string
  readonly values: readonly unknown[]
  readonly differs: boolean
}

/** Sets everything that makes runs side by side, path by path, in the order of the first run that has each. */
export function makingRows(runs: readonly RunMaking[]): MakingRow[] {
  const made = runs.map((run) => new Map(leaves(making(run))))
  const paths = [...new Set(made.flatMap((values) => [...values.keys()]))]
  return paths.map((path) => {
    const values = made.map((of) => of.get(path))
    return { path, values, differs: new Set(values.map(valueText)).size > 1 }
  })
}

/** A value as a file says it; empty where there is none. */
export const valueText = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value)

const making = ({ configuration, dataSet, engine, made, parameters }: RunMaking) => ({
  ...configuration,
  data: { name: dataSet.name, hash: dataSet.hash },
  ...(engine ? { engine } : {}),
  lab: { version: made.labVersion, gitCommit: made.gitCommit },
  parameters,
})
