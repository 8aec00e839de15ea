import type { RunExport } from './data'

/** Rows of what differs between runs' configurations, data and engines; equal rows are left out. */
export interface Differences {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Compares everything that makes a run, path by path. What a run does not have is empty. */
export function differences(runs: readonly RunExport[]): Differences {
  const flat = runs.map((run) =>
    flatten({
      ...run.configuration,
      data: { name: run.dataSet.name, hash: run.dataSet.hash },
      engine: run.engine,
      lab: { version: run.made.labVersion, gitCommit: run.made.gitCommit },
      parameters: run.parameters,
    }),
  )
  const paths = [...new Set(flat.flatMap((values) => [...values.keys()]))]
  const rows = paths
    .map((path) => [path, ...flat.map((values) => values.get(path) ?? '')])
    .filter(([, ...values]) => new Set(values).size > 1)
  return { head: ['setting', ...runs.map(({ name }) => name)], rows }
}

/** {a: {b: 1}} to 'a.b' → '1'. */
function flatten(value: object, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>()
  for (const [key, inner] of Object.entries(value)) {
    const path = prefix + key
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
      for (const entry of flatten(inner as object, `${path}.`)) flat.set(...entry)
    } else flat.set(path, typeof inner === 'string' ? inner : JSON.stringify(inner))
  }
  return flat
}
