import { isDeepStrictEqual } from 'node:util'
import type { Configuration } from '../../../shared/experiment/configuration'
import { presets } from '../../../shared/experiment/presets'
import type { DataSetManifest } from '../../../shared/data/dataset'

/** What is asked of a run that is to stand for a published one. */
export interface Candidate {
  readonly id: string
  readonly configuration: Configuration
  readonly known: DataSetManifest['known']
  readonly state: string
  /** Ended ones. */
  readonly epochs: number
}

/**
 * The runs of a preset's very model on all of its data, that which stands for it first: a finished one before others, then
 * the one with more epochs, then the newer.
 * @param candidates the oldest first
 */
export function matchingRuns<C extends Candidate>(preset: string, candidates: readonly C[]): C[] {
  const wanted = presets.find(({ name }) => name === preset)
  const fitting = candidates.filter(
    ({ configuration, known }) =>
      wanted !== undefined &&
      configuration.preset === preset &&
      known === wanted.data &&
      configuration.training.trainLimit === null &&
      isDeepStrictEqual(configuration.model, wanted.model),
  )
  const rank = ({ state }: C): number => (state === 'finished' ? 1 : 0)
  return fitting.toReversed().sort((a, b) => rank(b) - rank(a) || b.epochs - a.epochs)
}

/** The run that stands for a preset in figures: the first of {@link matchingRuns} with an ended epoch, or null. */
export const matchingRun = <C extends Candidate>(preset: string, candidates: readonly C[]): C | null =>
  matchingRuns(preset, candidates).find(({ epochs }) => epochs > 0) ?? null
