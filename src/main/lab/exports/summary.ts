import { summariseEpochs, type EpochsSummary } from '../../../shared/compare/summary'
import type { RunExport } from './data'

/** What a table says of a run. */
export interface RunSummary extends EpochsSummary {
  readonly name: string
  readonly id: string
  readonly parameters: number
}

/** Sums a run up for tables. */
export const summarise = ({ name, id, parameters, epochs }: RunExport): RunSummary => ({
  ...{ name, id, parameters },
  ...summariseEpochs(epochs.map((epoch) => ({ ...epoch, epoch: epoch.epoch + 1 }))),
})
