import type { SKRSContext2D } from '@napi-rs/canvas'
import { drawPoint } from 'chart.js/helpers'
import { accuracyComparison, comparedStyle, lossComparison } from '../../../../shared/charts/comparison'
import { fallsFar } from '../../../../shared/charts/loss'
import { dash } from '../../../../shared/charts/look'
import { themes } from '../../../../shared/charts/theme'
import type { RunExport } from '../data'
import {
  blankPicture,
  drawChart,
  exportLook,
  fitText,
  FONT_SIZE,
  measuringContext,
  type Picture,
  type PictureStyle,
  textFont,
} from './canvas'
import { accuracyByEpoch, curveOf, lossByBatch } from './traces'

const PANEL = 320
const MARGIN = 10
const LEGEND_ROW = FONT_SIZE * 1.4
/** Legend names shorter than this stand in two columns. */
const half = ({ column }: PictureStyle): number => (column - 3 * MARGIN) / 2
const SAMPLE = 44

/** curves.png: test accuracy by epoch, below it the loss by batch, one legend for both. */
export function comparisonPicture(
  runs: readonly RunExport[],
  style: PictureStyle,
  logarithmic: boolean | null,
): Picture {
  const names = runs.map(({ name }) => name)
  const columns = namesFit(names, style) ? 2 : 1
  const legendHeight = Math.ceil(names.length / columns) * LEGEND_ROW + MARGIN
  const panel = style.height ?? PANEL
  const picture = blankPicture(style.column, Math.ceil(legendHeight + 2 * panel + MARGIN), style)
  drawLegend(picture.ctx, names, columns, style)

  const accuracy = runs.map((run) => ({
    label: run.name,
    test: accuracyByEpoch(run.epochs, 'test') ?? { x: [], y: [] },
  }))
  const losses = runs.map((run) => curveOf(run.name, lossByBatch(run.steps(), run.stepsPerBatch)))
  const log = logarithmic ?? losses.some(({ average }) => fallsFar(average))
  const look = exportLook(style, null)
  const box = { left: 0, top: legendHeight, width: style.column, height: panel }
  drawChart(picture, accuracyComparison(accuracy, look), box, style)
  drawChart(picture, lossComparison(losses, look, log), { ...box, top: legendHeight + panel }, style)
  return picture
}

function namesFit(names: readonly string[], style: PictureStyle): boolean {
  const ctx = measuringContext()
  ctx.font = textFont(FONT_SIZE)
  return names.length > 1 && names.every((name) => ctx.measureText(name).width <= half(style) - SAMPLE)
}

/** A sample of each run's line, with its dash and point, and its name. */
function drawLegend(ctx: SKRSContext2D, names: readonly string[], columns: number, style: PictureStyle): void {
  const theme = themes[style.theme]
  const room = columns === 2 ? half(style) : style.column - 2 * MARGIN
  ctx.font = textFont(FONT_SIZE)
  ctx.textBaseline = 'middle'
  names.forEach((name, i) => {
    const left = MARGIN + (i % columns) * (half(style) + MARGIN)
    const y = MARGIN + (Math.floor(i / columns) + 0.5) * LEGEND_ROW
    const { color, pattern, marker } = comparedStyle(theme, i)
    ctx.save()
    ctx.strokeStyle = color
    ctx.fillStyle = color
    ctx.lineWidth = FONT_SIZE * 0.16
    ctx.setLineDash(dash(pattern, ctx.lineWidth))
    ctx.beginPath()
    ctx.moveTo(left, y)
    ctx.lineTo(left + SAMPLE - 10, y)
    ctx.stroke()
    ctx.setLineDash([])
    drawPoint(
      ctx as unknown as CanvasRenderingContext2D,
      { pointStyle: marker as 'circle', radius: FONT_SIZE * 0.24, borderWidth: FONT_SIZE * 0.1 },
      left + SAMPLE / 2 - 5,
      y,
    )
    ctx.restore()
    ctx.fillStyle = theme.text
    ctx.fillText(fitText(ctx, name, room - SAMPLE), left + SAMPLE, y)
  })
}
