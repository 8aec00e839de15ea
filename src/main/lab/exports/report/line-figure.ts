import { comparedStyle } from '../../../../shared/charts/comparison'
import { themes } from '../../../../shared/charts/theme'
import type { Html } from './html'
import { html, type Part } from './html'

/** One line of a chart. */
export interface FigureLine {
  /** Its place among the runs: colour, dashes, points. */
  readonly place: number
  readonly label: string
  /** Ascending x. A value that is not finite leaves a gap. */
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

/** One axis. */
export interface FigureAxis {
  readonly label: string
  readonly low: number
  readonly high: number
  readonly ticks: readonly number[]
  readonly text: (value: number) => string
  /** Equal ratios at equal distances. */
  readonly logarithmic?: boolean
}

/** A chart of lines. */
export interface LineFigure {
  /** What is to be seen, for who cannot see it. */
  readonly summary: string
  readonly lines: readonly FigureLine[]
  readonly x: FigureAxis
  readonly y: FigureAxis
  /** Points with their values to be read by the pointer. */
  readonly marked: boolean
}

const [WIDTH, HEIGHT] = [760, 330] as const
const BOX = { left: 64, top: 10, right: WIDTH - 14, bottom: HEIGHT - 44 } as const

/** Draws a chart as SVG within the page, its colours by the page's style sheet (see styleOfRuns). */
export function lineFigure({ summary, lines, x, y, marked }: LineFigure): Html {
  const across = scale(x, BOX.left, BOX.right)
  const up = scale(y, BOX.bottom, BOX.top)
  const grid = y.ticks.map(
    (tick) =>
      html`<path class="grid" d="M${BOX.left} ${px(up(tick))}H${BOX.right}" /><text
          x="${BOX.left - 8}"
          y="${px(up(tick) + 4)}"
          text-anchor="end"
          >${y.text(tick)}</text
        >`,
  )
  const below = x.ticks.map(
    (tick) =>
      html`<path class="axis" d="M${px(across(tick))} ${BOX.bottom}v4" /><text
          x="${px(across(tick))}"
          y="${BOX.bottom + 18}"
          text-anchor="middle"
          >${x.text(tick)}</text
        >`,
  )
  return html`<div class="wide" tabindex="0" role="group" aria-label="${y.label} by ${x.label}">
    <svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${summary}">
      ${grid}${below}
      <path class="axis" d="M${BOX.left} ${BOX.bottom}H${BOX.right}" />
      <text class="label" x="${(BOX.left + BOX.right) / 2}" y="${HEIGHT - 6}" text-anchor="middle">${x.label}</text>
      <text class="label" transform="translate(14 ${(BOX.top + BOX.bottom) / 2}) rotate(-90)" text-anchor="middle">
        ${y.label}
      </text>
      ${lines.map((line) => drawLine(line, across, up, marked ? { x, y } : null))}
    </svg>
  </div>`
}

function drawLine(
  { place, label, points }: FigureLine,
  across: (value: number) => number,
  up: (value: number) => number,
  told: { readonly x: FigureAxis; readonly y: FigureAxis } | null,
): Html {
  let path = ''
  let pen = false
  for (const { x, y } of points) {
    const [left, top] = [across(x), up(y)]
    const there = Number.isFinite(left) && Number.isFinite(top)
    if (there) path += `${pen ? 'L' : 'M'}${px(left)} ${px(top)}`
    pen = there
  }
  const seen = points.filter(({ x, y }) => Number.isFinite(across(x)) && Number.isFinite(up(y)))
  const marks: Part = told
    ? seen.map(
        ({ x, y }) =>
          html`<path class="mark" transform="translate(${px(across(x))} ${px(up(y))})" d="${markPath(place)}"
            ><title>${label}: ${told.x.label} ${told.x.text(x)}, ${told.y.label} ${told.y.text(y)}</title></path
          >`,
      )
    : null
  return html`<g class="run ${runClass(place)}"><path class="line" d="${path}" />${marks}</g> `
}

/** A sample of a run's line, as the legend and the tables show it. */
export const lineSample = (place: number): Html =>
  html`<svg class="sample run ${runClass(place)}" viewBox="0 0 34 12" aria-hidden="true">
    <path class="line" d="M1 6H33" />
    <path class="mark" transform="translate(17 6)" d="${markPath(place)}" />
  </svg>`

const runClass = (place: number): string => `r${place}`

/** Line widths in pixels of the chart. */
const LINE = 1.8

/** The style sheet's rules for so many runs: colours in a theme, or what no theme changes. */
export function styleOfRuns(count: number, theme: 'light' | 'dark' | null): string {
  return Array.from({ length: count }, (_, place) => {
    const { color, pattern } = comparedStyle(themes[theme ?? 'light'], place)
    if (theme !== null) return `.${runClass(place)}{--run:${color}}`
    const dashes = pattern.map((width) => px(width * LINE)).join(' ')
    return dashes === '' ? '' : `.${runClass(place)} .line{stroke-dasharray:${dashes}}`
  }).join('')
}

/** The point of a place, around 0 0. */
function markPath(place: number): string {
  const shapes: Readonly<Record<string, string>> = {
    circle: 'M-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0-7.2 0z',
    rect: 'M-3.2-3.2h6.4v6.4h-6.4z',
    triangle: 'M0-4.2L3.8 3H-3.8z',
    rectRot: 'M0-4.4L4.4 0L0 4.4L-4.4 0z',
    star: 'M-4 0H4M0-4V4M-2.9-2.9L2.9 2.9M-2.9 2.9L2.9-2.9',
    crossRot: 'M-3.2-3.2L3.2 3.2M-3.2 3.2L3.2-3.2',
  }
  return shapes[comparedStyle(themes.light, place).marker]!
}

/** Places on the paper: as many digits as a pixel deserves. */
const px = (value: number): string => String(Number(value.toFixed(1)))

function scale({ low, high, logarithmic }: FigureAxis, from: number, to: number): (value: number) => number {
  const place = logarithmic ? Math.log : (value: number) => value
  const [first, last] = [place(low), place(high)]
  return (value) => from + ((place(value) - first) / (last - first || 1)) * (to - from)
}

/** Round numbers from `low` to `high`, about `count` of them; `least` is the smallest step. */
export function roundTicks(low: number, high: number, count: number, least = 0): number[] {
  const rough = Math.max((high - low) / count, least, Number.MIN_VALUE)
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough * 0.999)!
  const first = Math.ceil(low / step - 1e-9)
  const last = Math.floor(high / step + 1e-9)
  return Array.from({ length: Math.max(0, last - first) + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
}

/** 1, 2 and 5 times the powers of ten between two positive numbers. */
export function logarithmicTicks(low: number, high: number): number[] {
  const ticks: number[] = []
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const one of [1, 2, 5]) ticks.push(Number((one * 10 ** power).toPrecision(3)))
  return ticks.filter((tick) => tick >= low && tick <= high)
}
