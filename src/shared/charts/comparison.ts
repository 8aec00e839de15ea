import { accuracyConfiguration, marked } from './accuracy'
import type { ChartLook, LineChart, LineDataset, Trace } from './look'
import { lossConfiguration, lossCurve, type LossCurve } from './loss'
import { seriesColor, seriesDash, seriesMarker, type Theme } from './theme'

/** How the `index`-th compared run is drawn, in every chart and in the legend. */
export interface SeriesStyle {
  readonly color: string
  /** In line widths. */
  readonly pattern: readonly number[]
  readonly marker: string
}

/** Colour, dash and point shape by place: past the named colours the dash changes, so no two runs look alike. */
export const comparedStyle = (theme: Theme, index: number): SeriesStyle => ({
  color: seriesColor(theme, index),
  pattern: seriesDash(theme, index),
  marker: seriesMarker(index),
})

/** More runs than this, and their raw losses are left out: they would hide each other. */
const MOST_RAW = 3

/** Losses of several runs over batches. The legend is drawn once for the whole picture, by the caller. */
export function lossComparison(runs: readonly LossCurve[], look: ChartLook, logarithmic: boolean): LineChart {
  const datasets: LineDataset[] = runs.flatMap((run, index) => {
    const { color, pattern } = comparedStyle(look.theme, index)
    const shown = runs.length > MOST_RAW ? { ...run, raw: null } : run
    return lossCurve(shown, look, color, pattern, index)
  })
  return alignLeft(lossConfiguration(datasets, look, logarithmic, false), look)
}

/** Test accuracy of several runs by epoch; places as in {@link lossComparison}. */
export function accuracyComparison(
  runs: readonly { readonly label: string; readonly test: Trace }[],
  look: ChartLook,
): LineChart {
  const datasets = runs.map(({ label, test }, index) => {
    const { color, pattern, marker } = comparedStyle(look.theme, index)
    return marked(look, label, test, color, marker, pattern)
  })
  const last = Math.max(1, ...runs.map(({ test }) => test.x[test.x.length - 1] ?? 1))
  return alignLeft(accuracyConfiguration(datasets, look, last, { legend: false, title: 'test accuracy' }), look)
}

/** Gives the y axis a fixed width, so that charts above each other begin at the same place. */
function alignLeft(chart: LineChart, look: ChartLook): LineChart {
  const { y } = chart.options!.scales!
  const width = look.fontSize * 5
  const afterFit = (scale: { width: number }): void => void (scale.width = width)
  return {
    ...chart,
    options: { ...chart.options, scales: { ...chart.options!.scales, y: { ...y, afterFit } as typeof y } },
  }
}
