import {
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  SubTitle,
  Title,
  Tooltip,
} from 'chart.js'
import { lossChart } from '../../../shared/charts/loss'
import type { LineChart } from '../../../shared/charts/look'
import type { Theme } from '../../../shared/charts/theme'
import { debiasedEma } from '../../../shared/metrics/smoothing'
import type { LossPoints } from '../../state/loss-curve'
import type { CurveLook } from './curve-look'

Chart.register(
  LineController,
  LineElement,
  PointElement,
  LinearScale,
  LogarithmicScale,
  Title,
  SubTitle,
  Legend,
  Tooltip,
)

/** At most so often is a growing curve drawn. Milliseconds. */
export const DRAW_EVERY = 200

/** The loss as Chart.js draws it: every point, light, with its de-biased moving average. */
export function lossConfigurationOf(loss: LossPoints, look: CurveLook, theme: Theme): LineChart {
  const { fontFamily } = getComputedStyle(document.body)
  const average = debiasedEma(loss.y, look.smoothing, loss.x)
  const run = { label: 'Moving average', raw: loss, average: { x: loss.x, y: average } }
  const dress = { theme, fontFamily, fontSize: 12, title: null, notes: [] }
  const chart = lossChart({ run, afterUpdate: null, published: null }, dress, look.logarithmic)
  return { ...chart, options: { ...chart.options, responsive: true, maintainAspectRatio: false } }
}

/** Gives a chart that exists its new points and the ends of its axes; the rest of its look stays. */
export function redraw(chart: Chart<'line', { x: number; y: number }[]>, next: LineChart): void {
  next.data.datasets.forEach((dataset, i) => {
    chart.data.datasets[i]!.data = dataset.data
  })
  for (const axis of ['x', 'y']) {
    const [shown, wanted] = [chart.options.scales![axis]!, next.options!.scales![axis]!]
    shown.min = wanted.min
    shown.max = wanted.max
  }
  chart.update('none')
}

/** The chart in one sentence, for those who do not see it. */
export function lossSummary(loss: LossPoints, format: (value: number) => string): string {
  const finite = loss.y.filter((value) => Number.isFinite(value))
  if (finite.length === 0) return 'Loss: no value yet.'
  const low = finite.reduce((a, b) => Math.min(a, b), Infinity)
  const [first, last] = [finite[0]!, finite.at(-1)!]
  return `Loss over ${loss.total} steps: from ${format(first)} to ${format(last)}, lowest ${format(low)}.`
}
