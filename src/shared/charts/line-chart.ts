import type { TooltipItem } from 'chart.js'
import { axis, isLogTick, legendGap, legendOptions, noteOptions, titleOptions, tooltipOptions } from './look'
import type { ChartLook, LineChart, LineDataset } from './look'

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

/** A logarithmic axis with labels at 1, 2 and 5 times each power of ten, or the powers alone where it spans many. */
export function logarithmicScale(base: AxisOptions, low: number, high: number): LineScale {
  return {
    ...base,
    type: 'logarithmic',
    min: low,
    max: high,
    ticks: { ...base.ticks, autoSkip: false },
    afterBuildTicks: (scale) => {
      const decades = Math.log10(scale.max / scale.min)
      scale.ticks = scale.ticks.filter(({ value }) => isLogTick(value, decades))
    },
  }
}
