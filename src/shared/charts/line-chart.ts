import type { TooltipItem } from 'chart.js'
import { isLogTick, legendGap, legendOptions, noteOptions, titleOptions, tooltipOptions } from './look'
import type { axis, ChartLook, LineChart, LineDataset } from './look'

/** Options of one axis as Chart.js takes them, of what is set here. */
export type LineScale = NonNullable<NonNullable<NonNullable<LineChart['options']>['scales']>[string]>
type AxisOptions = ReturnType<typeof axis>

/** What one line chart has of its own. */
export interface LineChartParts {
  readonly datasets: LineDataset[]
  readonly x: LineScale
  readonly y: LineScale
  /** How the legend samples a line; null: it is drawn elsewhere. */
  readonly legend: 'line' | 'point' | null
  /** Whether a tooltip tells of all lines at one place, or of the nearest point. */
  readonly mode: 'index' | 'nearest'
  readonly label: (item: TooltipItem<'line'>) => string
}

/** What every line chart shares: points taken as they are, no animation, title, notes, legend and tooltip of the look. */
export function lineChart({ datasets, x, y, legend, mode, label }: LineChartParts, look: ChartLook): LineChart {
  return {
    type: 'line',
    data: { datasets },
    plugins: [legendGap(look)],
    options: {
      parsing: false,
      normalized: true,
      animation: false,
      spanGaps: false,
      layout: { padding: look.fontSize * 0.5 },
      interaction: { mode, intersect: false },
      plugins: {
        title: titleOptions(look),
        subtitle: noteOptions(look),
        legend: { ...legendOptions(look, legend ?? 'line'), display: legend !== null },
        tooltip: { ...tooltipOptions(look), callbacks: { label } },
      },
      scales: { x, y },
    },
  }
}

/** So many labels at most on a part of a logarithmic axis that holds fewer than two of its own. */
const FEW = 5

/** Round numbers between two, about `most` of them: 1, 2 or 5 times a power of ten apart. */
export function roundTicks(from: number, to: number, most: number): number[] {
  const wanted = (to - from) / most
  if (!(wanted > 0)) return []
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = power * ([1, 2, 5].find((times) => times * power >= wanted * (1 - 1e-9)) ?? 10)
  const ticks: number[] = []
  for (let n = Math.ceil(from / step - 1e-9); n * step <= to * (1 + 1e-12); n++) {
    ticks.push(Number((n * step).toPrecision(12)))
  }
  return ticks
}

/**
 * A logarithmic axis with labels at 1, 2 and 5 times each power of ten, or the powers alone where it spans many; where
 * fewer than two of these are seen, at other round numbers.
 */
export function logarithmicScale(base: AxisOptions, low: number, high: number): LineScale {
  return {
    ...base,
    type: 'logarithmic',
    min: low,
    max: high,
    ticks: { ...base.ticks, autoSkip: false },
    afterBuildTicks: (scale) => {
      const decades = Math.log10(scale.max / scale.min)
      const own = scale.ticks.filter(
        ({ value }) => value >= scale.min && value <= scale.max && isLogTick(value, decades),
      )
      scale.ticks = own.length > 1 ? own : roundTicks(scale.min, scale.max, FEW).map((value) => ({ value }))
    },
  }
}
