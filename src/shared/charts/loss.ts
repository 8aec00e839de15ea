import type { TooltipItem } from 'chart.js'
import { formatLoss } from './format'
import { lineChart, logarithmicScale } from './line-chart'
import { axis, line, points } from './look'
import type { ChartLook, LineChart, LineDataset, Trace } from './look'
import { faint, seriesColor } from './theme'

/** One source of losses: every value, thinned for drawing, and the moving average over it. */
export interface LossCurve {
  /** Words for the legend, e.g. 'this run'. */
  readonly label: string
  /** null: only the average is drawn. */
  readonly raw: Trace | null
  readonly average: Trace
}

export interface LossChartData {
  /** Loss of every optimizer step; x in batches. */
  readonly run: LossCurve
  /** This run's loss measured again after the update, as the author did; null when it was not. */
  readonly afterUpdate: LossCurve | null
  /** The published trace, one value per batch. */
  readonly published: LossCurve | null
}

/** Loss per step, light, with its moving average, dark; the published trace, dashed, beside it. */
export function lossChart(data: LossChartData, look: ChartLook, logarithmic: boolean): LineChart {
  const { theme } = look
  const datasets = lossCurve(data.run, look, seriesColor(theme, 0), [], 2)
  if (data.afterUpdate) datasets.push(...lossCurve(data.afterUpdate, look, seriesColor(theme, 2), [1.5, 1.5], 1))
  if (data.published) datasets.push(...lossCurve(data.published, look, seriesColor(theme, 1), [5, 3], 0))
  return lossConfiguration(datasets, look, logarithmic, true)
}

/** Drawing order of raw values: they keep the order of their averages turned round, this run's above the published. */
const BELOW_AVERAGES = 1_000_000

/** The average, named in the legend, and its raw values, faint and unnamed, below all averages (a lower order is drawn later). */
export function lossCurve(
  { label, raw, average }: LossCurve,
  look: ChartLook,
  color: string,
  pattern: readonly number[],
  order: number,
): LineDataset[] {
  const mean = { ...line(look, { label, color, pattern, order }), data: points(average) }
  if (!raw) return [mean]
  const thin = line(look, { color: faint(look.theme, color), width: 0.055, order: BELOW_AVERAGES - order })
  return [{ ...thin, data: points(raw) }, mean]
}

/** Axes and dress that every loss chart shares; x in batches. */
export function lossConfiguration(
  datasets: LineDataset[],
  look: ChartLook,
  logarithmic: boolean,
  legend: boolean,
): LineChart {
  const y = axis(look, logarithmic ? 'loss (log scale)' : 'loss', true)
  const range = valueRange(datasets)
  const last = Math.max(1, ...datasets.map((set) => set.data.at(-1)?.x ?? 1))
  const parts = {
    datasets,
    legend: legend ? ('line' as const) : null,
    mode: 'index' as const,
    label: (item: TooltipItem<'line'>) => `${item.dataset.label ?? 'raw'}: ${formatLoss(item.parsed.y)}`,
    x: { ...axis(look, 'batch', false), type: 'linear' as const, min: 0, max: last },
    y: logarithmic ? logarithmicScale(y, range.low, range.high) : { ...y, type: 'linear' as const, min: 0 },
  }
  return lineChart(parts, look)
}

/** The positive values drawn, with a little room, so that a logarithmic axis has ends. */
function valueRange(datasets: readonly LineDataset[]): { low: number; high: number } {
  let low = Infinity
  let high = -Infinity
  for (const { data } of datasets) {
    for (const { y } of data) {
      if (!(y > 0) || !Number.isFinite(y)) continue
      low = Math.min(low, y)
      high = Math.max(high, y)
    }
  }
  return high > 0 ? { low: low * 0.9, high: high * 1.05 } : { low: 0.1, high: 1 }
}

/** A loss that falls by more than this factor is drawn on a logarithmic axis unless a person chose. */
const LOG_FROM = 20

/** Whether a smoothed curve falls so far that a linear axis would hide its end. */
export function fallsFar(average: Trace): boolean {
  const values = Array.from(average.y).filter((v) => v > 0 && Number.isFinite(v))
  let [low, high] = [Infinity, 0]
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)]
  return high / low > LOG_FROM
}
