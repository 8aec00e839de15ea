import { bandOf, spreadCurves, type SpreadKind } from '../../../../shared/compare/spread'
import type { ComparedRun } from '../../../../shared/contract/compare'
import type { BandPoint } from '../../../components/charts/curve-lines'
import type { CompareCurves } from '../../../state/compare-curves.svelte'
import type { Point } from '../../../state/curve-points'
import { valueAtShare, type Scale } from '../../../state/zoom'

/** A group's mean and what lies around it. */
export interface LossSpread {
  readonly mean: Point[]
  readonly band: readonly BandPoint[]
}

/** Pixels between two places where the mean is taken. */
const EVERY = 2

/**
 * The mean of a group's smoothed losses at evenly spaced places of what is seen, and the band around it; where some runs
 * have ended it is of the others. Made anew only when points came or something else is seen.
 */
export function lossSpread(curves: CompareCurves, runs: readonly ComparedRun[], kind: SpreadKind): () => LossSpread {
  let made: LossSpread = { mean: [], band: [] }
  let of: unknown[] = []
  return () => {
    const { scale, revision, answer } = curves
    const width = curves.widthOf('loss')
    const now = [scale?.from, scale?.to, scale?.log, revision, answer, width]
    if (now.every((part, i) => part === of[i]) && of.length > 0) return made
    of = now
    made = scale ? spread(curves, runs, placesIn(scale, Math.ceil(width / EVERY)), kind) : { mean: [], band: [] }
    return made
  }
}

const placesIn = (scale: Scale, count: number): Float64Array =>
  Float64Array.from({ length: count + 1 }, (_, i) => valueAtShare(scale, i / count))

function spread(
  curves: CompareCurves,
  runs: readonly ComparedRun[],
  places: Float64Array,
  kind: SpreadKind,
): LossSpread {
  const known = runs.flatMap(({ run }) => {
    const smooth = curves.shown(run.id)?.get('loss')?.smooth
    return smooth && smooth.length > 0 ? [{ x: smooth.map(({ x }) => x), y: smooth.map(({ y }) => y) }] : []
  })
  const points = spreadCurves(known, places)
  return {
    mean: points.map(({ x, mean }) => ({ x, y: mean })),
    band: points.flatMap((point) => {
      const around = bandOf(point, kind)
      return around ? [{ x: point.x, ...around }] : []
    }),
  }
}
