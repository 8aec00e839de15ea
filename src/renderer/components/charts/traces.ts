import type { ChartArea, Plugin, Scale } from 'chart.js'
import type { CurveLine } from './curve-lines'

/** What draws the traces of a chart, and what it draws: changed before each drawing. */
export interface Traces {
  readonly plugin: Plugin<'line'>
  lines: readonly CurveLine[]
}

/**
 * Draws lines of thousands of points without marks, and the bands of all lines, below everything else. Chart.js would keep an object for each point and
 * place it anew with every step that comes; here a point is two numbers and costs one line segment.
 */
export function traces(): Traces {
  const made: Traces = {
    lines: [],
    plugin: {
      id: 'traces',
      beforeDatasetsDraw({ ctx, scales, chartArea }) {
        const { x, y } = scales
        if (!x || !y) return
        ctx.save()
        ctx.beginPath()
        ctx.rect(chartArea.left, chartArea.top, chartArea.right - chartArea.left, chartArea.bottom - chartArea.top)
        ctx.clip()
        for (const line of made.lines) if (line.band) fillBand(ctx, line, x, y, chartArea)
        const order = (line: CurveLine): number => Number(line.style.order ?? 0)
        const unmarked = made.lines.filter((line) => !line.marked)
        for (const line of unmarked.sort((a, b) => order(b) - order(a))) drawTrace(ctx, line, x, y, chartArea)
        ctx.restore()
      },
    },
  }
  return made
}

function drawTrace(ctx: CanvasRenderingContext2D, line: CurveLine, x: Scale, y: Scale, area: ChartArea): void {
  const points = line.points()
  const [toX, toY] = [placing(x, area.left, area.right), placing(y, area.bottom, area.top)]
  ctx.beginPath()
  let begun = false
  const { from, end } = inSight(points, x)
  for (let i = from; i < end; i++) {
    const { x: at, y: value } = points[i]!
    const [left, top] = [toX(at), toY(value)]
    // What a logarithmic axis has no place for leaves a gap.
    if (!(Math.abs(top) < FAR) || !(Math.abs(left) < FAR)) begun = false
    else if (begun) ctx.lineTo(left, top)
    else {
      ctx.moveTo(left, top)
      begun = true
    }
  }
  const { borderColor, borderWidth, borderDash } = line.style
  ctx.strokeStyle = String(borderColor)
  ctx.lineWidth = Number(borderWidth)
  ctx.lineJoin = 'bevel'
  ctx.setLineDash(Array.isArray(borderDash) ? (borderDash as number[]) : [])
  ctx.stroke()
}

/**
 * The points in sight and one on either side, to which the line goes on: what lies far outside costs the canvas more than what
 * is seen. Points are in order of x.
 */
function inSight(points: readonly { readonly x: number }[], { min, max }: Scale): { from: number; end: number } {
  const before = (isLeft: (x: number) => boolean): number => {
    let [low, high] = [0, points.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (isLeft(points[middle]!.x)) low = middle + 1
      else high = middle
    }
    return low
  }
  const [from, end] = [before((at) => at < min), before((at) => at <= max)]
  return { from: Math.max(0, from - 1), end: Math.min(points.length, end + 1) }
}

/** How much of a band's colour is seen: several may lie over each other. */
const BAND_ALPHA = 0.18

function fillBand(ctx: CanvasRenderingContext2D, line: CurveLine, x: Scale, y: Scale, area: ChartArea): void {
  const all = line.band?.() ?? []
  const { from, end } = inSight(all, x)
  const points = all.slice(from, end)
  const [toX, toY] = [placing(x, area.left, area.right), placing(y, area.bottom, area.top)]
  // What a logarithmic axis has no place for reaches to its end.
  const top = (value: number): number => {
    const at = toY(value)
    return Number.isNaN(at) ? area.bottom : Math.max(-FAR, Math.min(FAR, at))
  }
  ctx.beginPath()
  for (const { x: at, high } of points) ctx.lineTo(toX(at), top(high))
  for (const { x: at, low } of points.toReversed()) ctx.lineTo(toX(at), top(low))
  ctx.closePath()
  ctx.globalAlpha = BAND_ALPHA
  ctx.fillStyle = String(line.style.borderColor)
  ctx.fill()
  ctx.globalAlpha = 1
}

/** Beyond this no canvas is exact. Pixels. */
const FAR = 1e7

/** From a scale's values to pixels, as its getPixelForValue, for values without number. */
function placing({ min, max, type }: Scale, from: number, to: number): (value: number) => number {
  const log = type === 'logarithmic'
  const first = log ? Math.log(min) : min
  const perUnit = (to - from) / ((log ? Math.log(max) : max) - first)
  return log ? (value) => from + (Math.log(value) - first) * perUnit : (value) => from + (value - first) * perUnit
}
