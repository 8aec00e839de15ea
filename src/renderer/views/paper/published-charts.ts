import { formatLoss, formatPercent, formatTick } from '../../../shared/charts/format'
import type { ChartLook } from '../../../shared/charts/look'
import type { PublishedView } from '../../../shared/contract/runs'
import { envelope } from '../../../shared/metrics/envelope'
import { Ema } from '../../../shared/metrics/smoothing'
import { percentTick, type CurveChart } from '../../components/charts/curve-chart'
import { publishedEpochLine, publishedLine } from '../../components/charts/curve-lines'
import type { Point } from '../../state/curve-points'
import type { Range } from '../../state/zoom'

/** Most points drawn of the published trace. */
const POINTS = 3000

/** The published loss and accuracies over epochs, where no run of this lab has curves. */
export function publishedCharts(
  { batchLoss, epochs, testAccuracy }: PublishedView,
  { range, logX, smoothing }: { range: Range; logX: boolean; smoothing: number },
  look: ChartLook,
): CurveChart[] {
  const last = epochs.at(-1)?.epoch ?? 0
  const x = Float64Array.from({ length: batchLoss.length }, (_, i) => ((i + 1) * last) / batchLoss.length)
  const thin = (y: ArrayLike<number>): Point[] => {
    const drawn = envelope(x, y, { ...range, points: POINTS, logX })
    return Array.from(drawn.x, (at, i) => ({ x: at, y: drawn.y[i]! }))
  }
  const average = thin(new Ema(smoothing, last).all(batchLoss, x))
  const test = epochs.flatMap(({ epoch, testAccuracy: value }) => {
    const y = value ?? (epoch === last ? testAccuracy : null)
    return y === null ? [] : [{ x: epoch, y }]
  })
  const train = epochs.map(({ epoch, trainAccuracy }) => ({ x: epoch, y: trainAccuracy }))
  const rest = { curves: [], fromZero: false, empty: 'Nothing is published here.' }
  return [
    {
      ...{ key: 'loss', title: 'Loss', ...rest, mayBeLog: true, format: formatLoss, tick: formatTick },
      lines: [
        publishedLine('loss.published', 'published', average, look),
        publishedLine('loss.published.each', 'published, each batch', thin(batchLoss), look, true),
      ],
    },
    {
      ...{ key: 'accuracy', title: 'Accuracy', ...rest, mayBeLog: false, format: formatPercent, tick: percentTick },
      lines: [
        publishedEpochLine('accuracy.publishedTest', 'published test', test, look, { index: 0, shape: 'circle' }),
        publishedEpochLine('accuracy.publishedTrain', 'published train', train, look, { index: 1, shape: 'rect' }),
      ],
    },
  ]
}
