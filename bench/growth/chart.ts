/** How cost grows as small charts beside each other: an SVG by hand, for a page on light or dark ground. */
import type { Growth } from '../growth'

/** Pixels. */
const COLUMNS = 4
const PANEL = { width: 190, height: 170 }
const PLOT = { left: 44, top: 30, width: 134, height: 104 }
/** Room above and below the outermost points, as a share of their distance by logarithm. */
const MARGIN = 0.08

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Measured (points) and expected (line) milliseconds a batch along each axis, both scales logarithmic. */
export function growthChart(points: readonly Growth[]): string {
  const panels = Object.values(Object.groupBy(points, ({ preset, axis }) => `${preset}, ${axis}`)) as Growth[][]
  const width = COLUMNS * PANEL.width
  const height = Math.ceil(panels.length / COLUMNS) * PANEL.height
  const words = panels.map((panel) => `${titleOf(panel)}: ${panel.map(inWords).join(', ')}`).join('. ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(words).replaceAll('"', '&quot;')}">
<style>
text { font: 11px system-ui, sans-serif; fill: #59636e }
.head { font-weight: 600; fill: #1b1f24 }
.frame { fill: none; stroke: #d1d9e0 }
.expected { fill: none; stroke: #9aa4b0; stroke-width: 1.5 }
.measured { fill: #1f6feb }
@media (prefers-color-scheme: dark) { text { fill: #9198a1 } .head { fill: #e6edf3 } .frame { stroke: #3d444d } .expected { stroke: #636c76 } .measured { fill: #4493f8 } }
</style>
${panels.map((panel, i) => panelOf(panel, (i % COLUMNS) * PANEL.width, Math.floor(i / COLUMNS) * PANEL.height)).join('\n')}
</svg>
`
}

const titleOf = ([first]: readonly Growth[]): string => `${first!.preset}, ${first!.axis}`
const inWords = ({ value, medianMs }: Growth): string => `${value} ${short(medianMs)} ms`
const short = (ms: number): string => (ms < 10 ? ms.toFixed(1) : ms.toFixed(0))

/** How many times the largest time of a panel is the smallest at least: what hardly grows shall not look as if it did. */
const LEAST_RATIO = 4
/** Pixels between two numbers below a panel, and beside it, at least. */
const APART = 20
const LINE = 12

/**
 * Where a number lies between the smallest and the largest, by logarithm, from 0 to 1.
 * @param least ratio of the ends at least
 */
function scale(values: readonly number[], least: number): (value: number) => number {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))]
  const span = Math.max(high - low, Math.log(least)) * (1 + 2 * MARGIN)
  return (value) => 0.5 + (Math.log(value) - (low + high) / 2) / span
}

function panelOf(panel: readonly Growth[], left: number, top: number): string {
  const across = scale(
    panel.map(({ value }) => value),
    2,
  )
  const times = panel.flatMap(({ medianMs, expectedMs }) => [medianMs, expectedMs])
  const up = scale(times, LEAST_RATIO)
  const x = (value: number): string => (left + PLOT.left + across(value) * PLOT.width).toFixed(1)
  const y = (ms: number): string => (top + PLOT.top + (1 - up(ms)) * PLOT.height).toFixed(1)
  const bottom = top + PLOT.top + PLOT.height
  const line = panel.map(({ value, expectedMs }) => `${x(value)},${y(expectedMs)}`).join(' ')
  const dots = panel.map(
    ({ value, medianMs }) => `<circle cx="${x(value)}" cy="${y(medianMs)}" r="3" class="measured"/>`,
  )
  const shown = panel.filter(({ value }, i) => {
    const next = panel[i + 1]
    return !next || (across(next.value) - across(value)) * PLOT.width >= APART
  })
  const below = shown.map(
    ({ value }) => `<text x="${x(value)}" y="${bottom + 14}" text-anchor="middle">${value}</text>`,
  )
  const ends = [Math.max(...times), Math.min(...times)]
  const beside = ends
    .filter((ms, i) => i === 0 || Number(y(ms)) - Number(y(ends[0]!)) >= LINE)
    .map((ms) => `<text x="${left + PLOT.left - 5}" y="${Number(y(ms)) + 4}" text-anchor="end">${short(ms)}</text>`)
  return `<text x="${left + PLOT.left}" y="${top + 20}" class="head">${escape(titleOf(panel))}</text>
<rect x="${left + PLOT.left}" y="${top + PLOT.top}" width="${PLOT.width}" height="${PLOT.height}" class="frame"/>
<polyline points="${line}" class="expected"/>
${[...dots, ...below, ...beside].join('\n')}`
}
