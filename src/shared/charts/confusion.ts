import type { ChartConfiguration, Plugin } from 'chart.js'
import type {} from 'chartjs-chart-matrix'
import { normaliseConfusion, type Confusion } from '../metrics/confusion'
import { formatCount, formatPercent } from './format'
import { axis, font, noteOptions, titleOptions, tooltipOptions, type ChartLook } from './look'
import { readableOn, sequentialColor, type Theme } from './theme'

/** A cell: x = predicted class, y = true class, v = images, share = of the true class's images. */
export interface ConfusionCell {
  readonly x: number
  readonly y: number
  readonly v: number
  readonly share: number
}
export type ConfusionChart = ChartConfiguration<'matrix', ConfusionCell[]>

/** More classes than this, and cells have no numbers and axes no names: neither could be read. */
export const MOST_NAMED_CLASSES = 30

/** The matrix, rows normalised: colour is the share of the true class, the number on each cell its images. */
export function confusionChart(confusion: Confusion, classes: readonly string[], look: ChartLook): ConfusionChart {
  const k = confusion.classes
  const shares = normaliseConfusion(confusion, 'row')
  const cells = Array.from(shares, (share, i) => ({
    x: i % k,
    y: Math.floor(i / k),
    v: confusion.counts[i]!,
    share,
  }))
  const named = k <= MOST_NAMED_CLASSES
  return {
    type: 'matrix',
    data: { datasets: [matrixDataset(cells, k, look.theme)] },
    plugins: [...(named ? [cellNumbers(cells, look)] : []), colorBar(look)],
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
            label: ({ raw }) => cellText(raw as ConfusionCell, classes),
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

const cellText = ({ x, y, v, share }: ConfusionCell, classes: readonly string[]): string =>
  `T ${classes[y]} · P ${classes[x]}: ${formatCount(v)} images, ${formatPercent(share)}`

function matrixDataset(cells: ConfusionCell[], k: number, theme: Theme) {
  return {
    label: 'confusion',
    data: cells,
    backgroundColor: cells.map(({ share }) => sequentialColor(theme, share)),
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

/** Writes each cell's images on it, in black or white; zeros stand back; what does not fit is left out. */
function cellNumbers(cells: readonly ConfusionCell[], look: ChartLook): Plugin<'matrix'> {
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
        const text = String(cell.v)
        if (ctx.measureText(text).width > room) continue
        ctx.fillStyle = cell.v === 0 ? look.theme.line : readableOn(sequentialColor(look.theme, cell.share))
        ctx.fillText(text, x.getPixelForValue(cell.x), y.getPixelForValue(cell.y))
      }
      ctx.restore()
    },
  }
}

/** Room right of the matrix for the colour bar and its numbers, in font sizes. */
const BAR_ROOM = 4.6

/** The scale of colours, 0 to 100 % of the true class, right of the matrix. */
function colorBar(look: ChartLook): Plugin<'matrix'> {
  return {
    id: 'colorBar',
    afterDraw({ ctx, chartArea: { top, right, bottom } }) {
      const { theme, fontSize } = look
      const left = right + fontSize * 0.8
      const gradient = ctx.createLinearGradient(0, bottom, 0, top)
      for (let i = 0; i <= 20; i++) gradient.addColorStop(i / 20, sequentialColor(theme, i / 20))
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
      for (const share of [0, 0.5, 1]) {
        ctx.textBaseline = share === 0 ? 'bottom' : share === 1 ? 'top' : 'middle'
        ctx.fillText(`${100 * share} %`, left + fontSize, bottom + (top - bottom) * share)
      }
      ctx.restore()
    },
  }
}
