import type { Chart, ChartConfiguration, ChartDataset, LegendItem, Plugin, PointStyle } from 'chart.js'
import { formatTick } from './format'
import type { Theme } from './theme'

/** How a chart is dressed: what the window and an exported picture do differently. */
export interface ChartLook {
  readonly theme: Theme
  readonly fontFamily: string
  /** Pixels of labels and legends, before scaling for dense screens. */
  readonly fontSize: number
  /** Shown above the chart; null: none (a paper's caption says it). */
  readonly title: string | null
  /** Lines below the chart, e.g. where published numbers come from. */
  readonly notes: readonly string[]
}

/** A curve: positions, ascending, and as many values. A value that is NaN leaves a gap. */
export interface Trace {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
}

/** A line of points, as Chart.js draws it without parsing. */
export type LineDataset = ChartDataset<'line', { x: number; y: number }[]>
export type LineChart = ChartConfiguration<'line', { x: number; y: number }[]>

/** The form Chart.js draws without parsing. */
export const points = ({ x, y }: Trace): { x: number; y: number }[] => Array.from(x, (at, i) => ({ x: at, y: y[i]! }))

export const font = (look: ChartLook, weight: 'normal' | 600 = 'normal') => ({
  family: look.fontFamily,
  size: look.fontSize,
  weight,
  lineHeight: 1.2,
})

/** Title above, left, in the same size as everything else: weight is enough. */
export const titleOptions = (look: ChartLook) => ({
  display: look.title !== null,
  text: look.title ?? '',
  align: 'start' as const,
  color: look.theme.text,
  font: font(look, 600),
  padding: { top: 0, bottom: look.fontSize * 0.5 },
})

/** Notes below, left, standing back. */
export const noteOptions = (look: ChartLook) => ({
  display: look.notes.length > 0,
  text: [...look.notes],
  position: 'bottom' as const,
  align: 'start' as const,
  color: look.theme.muted,
  font: font(look),
  padding: { top: look.fontSize * 0.4, bottom: 0 },
})

/** Legend on top: a sample of each line with its dashes, or its point. Datasets without a label are not in it. */
export const legendOptions = (look: ChartLook, sample: 'line' | 'point') => ({
  position: 'top' as const,
  align: 'start' as const,
  labels: {
    font: font(look),
    usePointStyle: true,
    // A point of this width is as wide as high.
    pointStyleWidth: look.fontSize * (sample === 'line' ? 2.4 : 0.6 * Math.SQRT2),
    boxHeight: look.fontSize * 0.6,
    padding: look.fontSize * 0.6,
    generateLabels: (chart: Chart) =>
      chart.data.datasets.flatMap((dataset, datasetIndex) =>
        legendItem(dataset as LineDataset, datasetIndex, look, chart),
      ),
  },
})

/** Room between the legend and the chart, which Chart.js does not offer. */
export function legendGap(look: ChartLook): Plugin<'line'> {
  return {
    id: 'legendGap',
    beforeInit({ legend }) {
      const box = legend as unknown as { fit: () => void; height: number; options: { display: boolean } } | undefined
      if (!box?.options.display) return
      const fit = box.fit.bind(box)
      box.fit = () => {
        fit()
        box.height += look.fontSize * 0.5
      }
    },
  }
}

/** Chart.js's own items forget the dashes of a line. */
function legendItem(dataset: LineDataset, datasetIndex: number, look: ChartLook, chart: Chart): LegendItem[] {
  if (!dataset.label) return []
  return [
    {
      text: dataset.label,
      datasetIndex,
      hidden: !chart.isDatasetVisible(datasetIndex),
      fontColor: look.theme.text,
      strokeStyle: dataset.borderColor as string,
      fillStyle: dataset.backgroundColor as string,
      lineWidth: Math.max(dataset.borderWidth as number, look.fontSize * 0.1),
      lineDash: dataset.pointStyle === 'line' ? (dataset.borderDash as number[]) : [],
      pointStyle: dataset.pointStyle as PointStyle,
    },
  ]
}

/** Tooltips in the chart's own colours; the caller adds callbacks that give full precision. */
export const tooltipOptions = (look: ChartLook) => ({
  backgroundColor: look.theme.stripe,
  borderColor: look.theme.line,
  borderWidth: 1,
  titleColor: look.theme.text,
  bodyColor: look.theme.text,
  titleFont: font(look, 600),
  bodyFont: font(look),
  cornerRadius: 6,
})

/** What an axis is made of, linear or logarithmic, before its range and tick callback are set. */
export function axis(look: ChartLook, title: string, grid: boolean) {
  return {
    title: { display: title !== '', text: title, color: look.theme.muted, font: font(look), padding: 2 },
    border: { color: look.theme.line },
    grid: { display: grid, color: look.theme.grid, drawTicks: false },
    ticks: {
      color: look.theme.muted,
      font: font(look),
      padding: look.fontSize * 0.35,
      maxRotation: 0,
      autoSkipPadding: look.fontSize,
      includeBounds: false,
      callback: (value: number | string) => formatTick(Number(value)),
    },
  }
}

/** Whether a logarithmic axis has a tick at `value`: 1, 2 and 5 times each power of ten, or the powers alone when it spans many. */
export function isLogTick(value: number, decades: number): boolean {
  const mantissa = value / 10 ** Math.floor(Math.log10(value) + 1e-9)
  return (decades > 3 ? [1] : [1, 2, 5]).some((m) => Math.abs(mantissa - m) < 1e-6)
}

/** Dash patterns are given in line widths, so that they look the same at any size. */
export const dash = (pattern: readonly number[], width: number): number[] => pattern.map((part) => part * width)

/** A line without points, as thick as `width` font sizes. */
export function line(
  look: ChartLook,
  style: { label?: string; color: string; width?: number; pattern?: readonly number[]; order?: number },
): Omit<LineDataset, 'data'> {
  const width = look.fontSize * (style.width ?? 0.12)
  return {
    ...(style.label === undefined ? {} : { label: style.label }),
    borderColor: style.color,
    backgroundColor: style.color,
    borderWidth: width,
    borderDash: dash(style.pattern ?? [], width),
    borderJoinStyle: 'round',
    pointRadius: 0,
    pointHitRadius: look.fontSize / 2,
    pointStyle: 'line',
    order: style.order ?? 0,
  }
}
