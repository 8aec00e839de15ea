import { Chart, LinearScale, LineController, LineElement, LogarithmicScale, PointElement } from 'chart.js'
import { lineChart, logarithmicScale, roundTicks, type LineScale } from '../../../shared/charts/line-chart'
import { axis as axisOptions, type ChartLook, type LineChart } from '../../../shared/charts/look'
import type { Theme } from '../../../shared/charts/theme'
import type { CurveAxis } from '../../../shared/metrics/step-axis'
import { axisWords, formatPlace, timeTicks } from '../../state/curve-axis'
import type { Scale } from '../../state/zoom'
import type { CurveChart } from './curve-chart'
import type { CurveLine } from './curve-lines'
import type { Ends } from './curve-range'
import type { Traces } from './traces'

Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale)

/** A chart of the window. */
export type DrawnChart = Chart<'line', { x: number; y: number }[]>

/** Room for the labels of the y axis: the same in every chart, so that one place of x lies at the same share of each. */
const LABELS = 64
/** Room right of the plot, for half of the last label. */
const RIGHT = 16
/** Pixels for a label of time. */
const TIME_LABEL = 96

/** How the window's charts are dressed. */
export const windowLook = (theme: Theme): ChartLook => ({
  theme,
  fontFamily: getComputedStyle(document.body).fontFamily,
  fontSize: 12,
  title: null,
  notes: [],
})

/** What a chart's axes show. */
export interface Axes {
  readonly axis: CurveAxis
  readonly scale: Scale
  readonly ends: Ends
  readonly logY: boolean
}

/** A chart as Chart.js draws it. Its legend, tooltip and pointer are the view's own. */
export function chartConfig(
  chart: CurveChart,
  look: ChartLook,
  axes: Axes,
  { titled, traces }: { titled: boolean; traces: Traces },
): LineChart {
  const datasets = marked(chart).map((line) => ({ ...line.style, data: line.points() }))
  const made = lineChart(
    {
      datasets,
      legend: null,
      mode: 'nearest',
      label: () => '',
      x: xScale(look, axes, titled),
      y: yScale(chart, look, axes),
    },
    look,
  )
  return {
    ...made,
    plugins: [traces.plugin],
    options: {
      ...made.options,
      ...{ responsive: true, maintainAspectRatio: false, events: [] },
      layout: { padding: { left: 0, right: RIGHT, top: 6, bottom: 0 } },
    },
  }
}

function xScale(look: ChartLook, { axis, scale }: Axes, titled: boolean): LineScale {
  const base = axisOptions(look, titled ? axisWords[axis].name : '', false)
  const { from: min, to: max, log } = scale
  if (log) return logarithmicScale(base, min, max)
  if (axis !== 'seconds' && axis !== 'wallTime') return { ...base, type: 'linear', min, max }
  const label = (value: number | string): string => formatPlace(axis, Number(value), max - min)
  return {
    ...{ ...base, type: 'linear', min, max },
    ticks: { ...base.ticks, callback: label },
    afterBuildTicks: (built) => {
      built.ticks = timeTicks(axis, built.min, built.max, built.width / TIME_LABEL).map((value) => ({ value }))
    },
  }
}

function yScale(chart: CurveChart, look: ChartLook, { ends, logY }: Axes): LineScale {
  const base = axisOptions(look, '', true)
  const unit = chart.tickUnit?.(ends.high)
  const ticks = { ...base.ticks, maxTicksLimit: 7, callback: (value: number | string) => chart.tick(Number(value)) }
  const dressed = { ...base, ticks }
  const scale: LineScale = logY
    ? logarithmicScale(dressed, ends.low, ends.high)
    : { ...dressed, type: 'linear', min: ends.low, max: ends.high, ...(unit ? { afterBuildTicks: inUnits(unit) } : {}) }
  return { ...scale, afterFit: (built: { width: number }) => void (built.width = LABELS) } as LineScale
}

/** Labels at round numbers of a unit other than 1. */
const inUnits = (unit: number) => (built: { min: number; max: number; ticks: { value: number }[] }) => {
  built.ticks = roundTicks(built.min / unit, built.max / unit, 5).map((value) => ({ value: value * unit }))
}

const marked = (chart: CurveChart): CurveLine[] => chart.lines.filter((line) => line.marked)

/** Gives a chart that exists its newest points, what is hidden, and the ends of its axes; its dress stays. */
export function redraw(
  drawn: DrawnChart,
  traces: Traces,
  chart: CurveChart,
  { scale, ends }: Axes,
  hidden: readonly string[],
): void {
  traces.lines = chart.lines.filter((line) => (!line.marked || line.band) && !hidden.includes(line.key))
  marked(chart).forEach((line, i) => {
    const dataset = drawn.data.datasets[i]!
    dataset.data = line.points()
    dataset.hidden = hidden.includes(line.key)
  })
  const { x, y } = drawn.options.scales!
  Object.assign(x!, { min: scale.from, max: scale.to })
  Object.assign(y!, { min: ends.low, max: ends.high })
  drawn.update('none')
}
