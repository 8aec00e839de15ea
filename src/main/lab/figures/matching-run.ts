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
 * The run that stands for a preset: of the preset's very model, on all of its data, with at least one ended epoch; a finished
 * one before others, then the one with more epochs, then the newer.
 * @param candidates the oldest first
 */
export function matchingRun<C extends Candidate>(preset: string, candidates: readonly C[]): C | null {
  const wanted = presets.find(({ name }) => name === preset)
  const fitting = candidates.filter(
    ({ configuration, known, epochs }) =>
      wanted !== undefined &&
      configuration.preset === preset &&
      known === wanted.data &&
      epochs > 0 &&
      configuration.training.trainLimit === null &&
      isDeepStrictEqual(configuration.model, wanted.model),
  )
  const rank = (one: C): number => (one.state === 'finished' ? 1 : 0)
  return fitting.reduce<C | null>((best, one) => {
    if (!best || rank(one) > rank(best)) return one
    return rank(one) === rank(best) && one.epochs >= best.epochs ? one : best
  }, null)
}
