import type { TooltipItem } from 'chart.js'
import { formatPercent } from './format'
import { lineChart, type LineScale } from './line-chart'
import { axis, dash, line, points } from './look'
import type { ChartLook, LineChart, LineDataset, Trace } from './look'
import { seriesColor } from './theme'

/** Accuracies 0 … 1 by epoch; a part that was not evaluated is null. */
export interface AccuracyChartData {
  readonly train: Trace
  readonly validation: Trace | null
  readonly test: Trace | null
  readonly published: {
    /** 'published train', with how it was measured when that differs. */
    readonly trainLabel: string
    readonly train: Trace
    readonly test: Trace
    /** A published end that lies after this run's last epoch: drawn as a level. */
    readonly level: { readonly epoch: number; readonly accuracy: number } | null
  } | null
  /** Words for the training curve: it may be measured while the weights still change. */
  readonly trainLabel: string
}

/** Accuracy by epoch: train, validation and test as lines with points; published numbers as hollow points. */
export function accuracyChart(data: AccuracyChartData, look: ChartLook): LineChart {
  const { theme } = look
  const [testColor, trainColor, validationColor] = [0, 1, 2].map((i) => seriesColor(theme, i)) as [
    string,
    string,
    string,
  ]
  const datasets: LineDataset[] = []
  if (data.test) datasets.push(marked(look, 'test', data.test, testColor, 'circle'))
  if (data.validation) datasets.push(marked(look, 'validation', data.validation, validationColor, 'triangle'))
  datasets.push(marked(look, data.trainLabel, data.train, trainColor, 'rect'))
  const { published } = data
  if (published) {
    if (published.test.x.length > 0) datasets.push(hollow(look, 'published test', published.test, testColor, 'circle'))
    if (published.train.x.length > 0) {
      datasets.push(hollow(look, published.trainLabel, published.train, trainColor, 'rect'))
    }
    if (published.level) datasets.push(levelLine(look, published.level, lastEpoch(data), testColor))
  }
  return accuracyConfiguration(datasets, look, lastEpoch(data), { legend: true, title: 'accuracy' })
}

const lastEpoch = ({ train, test }: AccuracyChartData): number =>
  Math.max(1, train.x[train.x.length - 1] ?? 1, test?.x[test.x.length - 1] ?? 1)

/** A line through its epochs, each a filled point. */
export function marked(
  look: ChartLook,
  label: string,
  trace: Trace,
  color: string,
  shape: string,
  pattern: readonly number[] = [],
): LineDataset {
  // Points so close that they would touch are left to the line.
  const radius = look.fontSize * (trace.x.length > 30 ? 0 : 0.22)
  return {
    ...line(look, { label, color, pattern }),
    // A point at the very top is drawn whole.
    clip: false,
    pointStyle: shape as 'circle',
    pointRadius: radius,
    data: points(trace),
  }
}

/** Published numbers: hollow points on a thin dashed line. */
function hollow(look: ChartLook, label: string, trace: Trace, color: string, shape: string): LineDataset {
  const width = look.fontSize * 0.07
  return {
    ...marked(look, label, trace, color, shape),
    borderWidth: width,
    borderDash: dash([4, 4], width),
    pointRadius: look.fontSize * 0.3,
    pointBackgroundColor: look.theme.background,
    pointBorderWidth: look.fontSize * 0.09,
    backgroundColor: look.theme.background,
    order: 1,
  }
}

function levelLine(
  look: ChartLook,
  { epoch, accuracy }: { epoch: number; accuracy: number },
  last: number,
  color: string,
): LineDataset {
  const label = `published test after ${epoch} epochs (${formatPercent(accuracy)})`
  const style = line(look, { label, color, width: 0.08, pattern: [8, 4], order: 2 })
  return { ...style, data: points({ x: [0, last + 1], y: [accuracy, accuracy] }), clip: 0 }
}

/** Axes and dress of every chart of accuracy by epoch. */
export function accuracyConfiguration(
  datasets: LineDataset[],
  look: ChartLook,
  last: number,
  { legend, title }: { legend: boolean; title: string },
): LineChart {
  const x = axis(look, 'epoch', false)
  const y = axis(look, title, true)
  const range = accuracyRange(datasets)
  const parts = {
    datasets,
    legend: legend ? ('point' as const) : null,
    mode: 'nearest' as const,
    label: (item: TooltipItem<'line'>) => `${item.dataset.label}: ${formatPercent(item.parsed.y)}`,
    x: epochScale(x, last),
    y: {
      ...y,
      type: 'linear' as const,
      min: range.min,
      max: range.max,
      ticks: {
        ...y.ticks,
        autoSkip: false,
        stepSize: range.step,
        callback: (v: number | string) => `${Number((100 * Number(v)).toFixed(2))} %`,
      },
    },
  }
  return lineChart(parts, look)
}

/** Epochs 1 … last with half an epoch of room on both sides: a single one stands in the middle. */
function epochScale(base: ReturnType<typeof axis>, last: number): LineScale {
  const callback = (v: number | string): string => (Number.isInteger(Number(v)) ? String(v) : '')
  return {
    ...base,
    type: 'linear',
    min: last > 10 ? 0 : 0.5,
    max: last + 0.5,
    ticks: { ...base.ticks, precision: 0, callback },
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = scale.ticks.filter((tick) => Number.isInteger(tick.value) && tick.value >= 1)
    },
  }
}

/** Whole steps that hold all values, never outside 0 … 1. */
function accuracyRange(datasets: readonly LineDataset[]): { min: number; max: number; step: number } {
  const values = datasets.flatMap((set) => set.data.map((point) => point.y)).filter((v) => Number.isFinite(v))
  if (values.length === 0) return { min: 0, max: 1, step: 0.2 }
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = high - low
  const step = span > 0.4 ? 0.2 : span > 0.2 ? 0.1 : span > 0.08 ? 0.05 : span > 0.04 ? 0.02 : 0.01
  const min = Math.max(0, Math.floor(low / step) * step)
  const max = Math.min(1, Math.max(min + 2 * step, Math.ceil(high / step) * step))
  return { min: Math.min(min, max - 2 * step), max, step }
}
