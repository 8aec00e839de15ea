import { makingRows, valueText } from '../../../shared/compare/differences'
import type { RunExport } from './data'

/** Rows of what differs between runs' configurations, data and engines; equal rows are left out. */
export interface Differences {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** Compares everything that makes a run, path by path. What a run does not have is empty. */
export const differences = (runs: readonly RunExport[]): Differences => ({
  head: ['setting', ...runs.map(({ name }) => name)],
  rows: makingRows(runs)
    .filter(({ differs }) => differs)
    .map(({ path, values }) => [path, ...values.map(valueText)]),
})
