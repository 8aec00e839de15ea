import { envelope } from '../../../shared/metrics/envelope'
import { Ema } from '../../../shared/metrics/smoothing'
import { publishedPlaces } from '../../state/curve-axis'
import type { CurveSet, Point } from '../../state/curve-points'
import type { PublishedView } from '../../state/run-detail.svelte'
import { publishedShape } from './curve-charts'

/** Most points drawn of the published trace. */
const POINTS = 3000

/**
 * The published loss over the axis of the run's curves, in their range: its average over all of it, weighed as this run's
 * is, then thinned. Null on an axis of time, which the author did not record.
 */
export function publishedCurve(published: PublishedView, set: CurveSet): { raw: Point[]; smooth: Point[] } | null {
  const { axis, logX, smoothing, range } = set.question
  const x = publishedPlaces(axis, published.batchLoss.length, publishedShape(published, set.shape))
  if (!x || !set.extent) return null
  const width = set.extent.last - set.extent.first
  const average = new Ema(smoothing, width).all(published.batchLoss, x)
  const thin = (y: ArrayLike<number>): Point[] => {
    const drawn = envelope(x, y, { ...range, points: POINTS, logX })
    return Array.from(drawn.x, (at, i) => ({ x: at, y: drawn.y[i]! }))
  }
  return { raw: thin(published.batchLoss), smooth: thin(average) }
}
