import type { ChartConfiguration, Plugin } from 'chart.js'
import type {} from 'chartjs-chart-matrix'
import { axis, font, noteOptions, titleOptions, tooltipOptions, type ChartLook } from './look'
import { readableOn } from './theme'

/** A cell: x = predicted class, y = true class; v = images, share = of the true class's images, or differences of both. */
export interface MatrixCell {
  readonly x: number
  readonly y: number
  readonly v: number
  readonly share: number
}
export type MatrixChart = ChartConfiguration<'matrix', MatrixCell[]>

/** What cells look like and say. */
export interface MatrixInk {
  readonly color: (cell: MatrixCell) => string
  /** On the cell. */
  readonly text: (cell: MatrixCell) => string
  /** In a tooltip. */
  readonly words: (cell: MatrixCell) => string
  /** Colours from the bottom (0) to the top (1), and what stands at the bottom, the middle and the top. */
  readonly scale: { readonly color: (share: number) => string; readonly labels: readonly [string, string, string] }
}

/** More classes than this, and cells have no numbers and axes no names: neither could be read. */
export const MOST_NAMED_CLASSES = 30

/** A matrix of classes with a number on each cell. @param cells [K · K] */
export function matrixChart(
  cells: MatrixCell[],
  classes: readonly string[],
  look: ChartLook,
  ink: MatrixInk,
): MatrixChart {
  const k = classes.length
  const named = k <= MOST_NAMED_CLASSES
  return {
    type: 'matrix',
    data: { datasets: [matrixDataset(cells, k, ink)] },
    plugins: [...(named ? [cellNumbers(cells, look, ink)] : []), colorBar(look, ink)],
    options: {
      animation: false,
      layout: {
        padding: {
          top: look.fontSize * 0.5,
          bottom: look.fontSize * 0.5,
          left: look.fontSize * 0.5,
          right: BAR_ROOM * look.fontSize,
        },
      },
      plugins: {
        title: titleOptions(look),
        subtitle: noteOptions(look),
        legend: { display: false },
        tooltip: {
          ...tooltipOptions(look),
          callbacks: {
            title: () => '',
            label: ({ raw }) =>
              `T ${classes[(raw as MatrixCell).y]} · P ${classes[(raw as MatrixCell).x]}: ${ink.words(raw as MatrixCell)}`,
          },
        },
      },
      scales: {
        x: {
          ...classAxis(look, named ? 'predicted class' : 'predicted class (number)', classes, named),
          position: 'bottom',
        },
        y: { ...classAxis(look, named ? 'true class' : 'true class (number)', classes, named), reverse: true },
      },
    },
  }
}

function matrixDataset(cells: MatrixCell[], k: number, { color }: MatrixInk) {
  return {
    label: 'confusion',
    data: cells,
    backgroundColor: cells.map(color),
    borderWidth: 0,
    // Cells meet exactly: a part of a pixel of overlap instead of a gap.
    width: ({ chart }: { chart: { chartArea?: { width: number } } }) => (chart.chartArea?.width ?? 0) / k + 0.5,
    height: ({ chart }: { chart: { chartArea?: { height: number } } }) => (chart.chartArea?.height ?? 0) / k + 0.5,
  }
}

/** Class names at cell centres; linear, because names of classes need not differ after they are cut. */
function classAxis(look: ChartLook, title: string, classes: readonly string[], named: boolean) {
  const base = axis(look, title, false)
  const step = named ? 1 : 10
  return {
    ...base,
    type: 'linear' as const,
    offset: false,
    min: -0.5,
    max: classes.length - 0.5,
    afterBuildTicks: (scale: { ticks: { value: number }[] }) => {
      scale.ticks = classes.flatMap((_, value) => (value % step === 0 ? [{ value }] : []))
    },
    ticks: {
      ...base.ticks,
      autoSkip: false,
      maxRotation: 90,
      includeBounds: false,
      callback: (value: number | string) => (named ? shorten(classes[Number(value)] ?? '') : String(value)),
    },
  }
}

const LONGEST_NAME = 16
const shorten = (name: string): string => {
  const shown = name.replace(/\s+/g, ' ')
  return [...shown].length > LONGEST_NAME ? `${[...shown].slice(0, LONGEST_NAME - 1).join('')}…` : shown
}

/** Writes each cell's number on it, in black or white; zeros stand back; what does not fit is left out. */
function cellNumbers(cells: readonly MatrixCell[], look: ChartLook, { color, text }: MatrixInk): Plugin<'matrix'> {
  return {
    id: 'cellNumbers',
    afterDatasetsDraw({ ctx, chartArea, scales }) {
      const { x, y } = scales
      if (!x || !y) return
      const room = chartArea.width / (x.max - x.min) - 2
      ctx.save()
      ctx.textAlign = 'center'
      ctx.textBaseline = 'middle'
      ctx.font = `${look.fontSize * 0.94}px ${look.fontFamily}`
      for (const cell of cells) {
        const shown = text(cell)
        if (ctx.measureText(shown).width > room) continue
        ctx.fillStyle = cell.v === 0 ? look.theme.line : readableOn(color(cell))
        ctx.fillText(shown, x.getPixelForValue(cell.x), y.getPixelForValue(cell.y))
      }
      ctx.restore()
    },
  }
}

/** Room right of the matrix for the colour bar and its numbers, in font sizes. */
const BAR_ROOM = 4.6

/** The scale of colours, right of the matrix. */
function colorBar(look: ChartLook, { scale }: MatrixInk): Plugin<'matrix'> {
  return {
    id: 'colorBar',
    afterDraw({ ctx, chartArea: { top, right, bottom } }) {
      const { theme, fontSize } = look
      const left = right + fontSize * 0.8
      const gradient = ctx.createLinearGradient(0, bottom, 0, top)
      for (let i = 0; i <= 20; i++) gradient.addColorStop(i / 20, scale.color(i / 20))
      ctx.save()
      ctx.fillStyle = gradient
      ctx.fillRect(left, top, fontSize * 0.7, bottom - top)
      ctx.strokeStyle = theme.line
      ctx.lineWidth = fontSize * 0.05
      ctx.strokeRect(left, top, fontSize * 0.7, bottom - top)
      const { family, size } = font(look)
      ctx.font = `${size * 0.9}px ${family}`
      ctx.fillStyle = theme.muted
      ctx.textAlign = 'left'
      for (const [i, label] of scale.labels.entries()) {
        const share = i / 2
        ctx.textBaseline = share === 0 ? 'bottom' : share === 1 ? 'top' : 'middle'
        ctx.fillText(label, left + fontSize, bottom + (top - bottom) * share)
      }
      ctx.restore()
    },
  }
}
