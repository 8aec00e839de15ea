import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import { formatCount, formatPercent } from '../../../../shared/charts/format'
import { themes, type Theme } from '../../../../shared/charts/theme'
import type { ExportedDataSet, PredictionExport, RunExport } from '../data'
import { blankPicture, fitText, FONT_SIZE, measuringContext, type Picture, type PictureStyle, textFont } from './canvas'

/** As many as the class names allow. */
const MOST_COLUMNS = 5
const FEWEST_COLUMNS = 3
const ROWS = 4
const MARGIN = 10
const GAP = 10
const LINE = FONT_SIZE * 1.25
const LETTER = FONT_SIZE * 0.9

const tileWidth = (columns: number, { column }: PictureStyle): number =>
  (column - 2 * MARGIN - (columns - 1) * GAP) / columns

/** One wrong prediction: its place in the predictions. */
interface Mistake {
  readonly id: number
  readonly truth: number
  readonly predicted: number
  readonly confidence: number
}

/** Wrong predictions, the surest first, then by image. */
export function mistakes(predictions: PredictionExport): Mistake[] {
  const { ids, labels, predicted, confidence } = predictions
  return Array.from({ length: ids.length }, (_, i) => i)
    .filter((i) => labels[i] !== predicted[i])
    .sort((a, b) => confidence[b]! - confidence[a]! || ids[a]! - ids[b]!)
    .map((i) => ({ id: ids[i]!, truth: labels[i]!, predicted: predicted[i]!, confidence: confidence[i]! }))
}

/** misclassified.png: the surest mistakes, each image in whole pixels with its true (T) and predicted (P) class. */
export async function misclassifiedPicture(
  run: RunExport,
  predictions: PredictionExport,
  image: NonNullable<RunExport['image']>,
  style: PictureStyle,
): Promise<Picture> {
  const theme = themes[style.theme]
  const all = mistakes(predictions)
  const columns = columnsFor(all.slice(0, MOST_COLUMNS * ROWS), run.dataSet.classes, style)
  const tile = tileWidth(columns, style)
  const shown = all.slice(0, columns * ROWS)
  const factor = pixelFactor(run.dataSet, tile * style.scale)
  const imageHeight = (run.dataSet.height * factor) / style.scale
  const pitch = imageHeight + 3 * LINE + 14
  const top = MARGIN + 1.6 * LINE
  const height = Math.ceil(top + Math.max(1, Math.ceil(shown.length / columns)) * pitch)
  const picture = blankPicture(style.column, height, style)
  const { ctx } = picture
  heading(picture, run, predictions, all.length, shown.length, theme)
  for (const [i, mistake] of shown.entries()) {
    const left = MARGIN + (i % columns) * (tile + GAP)
    const y = top + Math.floor(i / columns) * pitch
    drawPixels(
      ctx,
      await image(mistake.id),
      run.dataSet,
      { left, top: y, factor, room: Math.floor(tile * style.scale) },
      style,
    )
    caption(ctx, mistake, run.dataSet.classes, { left, top: y + imageHeight + 4, width: tile }, theme)
  }
  return picture
}

function heading(
  { ctx, width }: Picture,
  run: RunExport,
  predictions: PredictionExport,
  wrong: number,
  shown: number,
  theme: Theme,
): void {
  const which = wrong === 0 ? 'none' : shown < wrong ? `the ${shown} surest of ${formatCount(wrong)}` : `all ${wrong}`
  ctx.font = textFont(FONT_SIZE, 600)
  ctx.fillStyle = theme.text
  ctx.textBaseline = 'top'
  const text = `${run.name}: wrong after epoch ${predictions.epoch + 1}, ${which}`
  ctx.fillText(fitText(ctx, text, width - 2 * MARGIN), MARGIN, MARGIN)
}

/** Device pixels a side for one image pixel: the most that fits a tile, never a part of one, at least 1. */
const pixelFactor = ({ width }: ExportedDataSet, room: number): number => Math.max(1, Math.floor(room / width))

/** The most columns whose captions need not be cut. */
function columnsFor(shown: readonly Mistake[], classes: readonly string[], style: PictureStyle): number {
  const ctx = measuringContext()
  ctx.font = textFont(FONT_SIZE, 600)
  const names = new Set(shown.flatMap(({ truth, predicted }) => [classes[truth] ?? '', classes[predicted] ?? '']))
  const widest = Math.max(0, ...[...names].map((name) => ctx.measureText(name).width))
  let columns = MOST_COLUMNS
  while (columns > FEWEST_COLUMNS && widest > tileWidth(columns, style) - LETTER) columns--
  return columns
}

/** Draws uint8 [H, W, C] in whole device pixels, with a hairline around it so that white on white is seen. */
function drawPixels(
  ctx: SKRSContext2D,
  pixels: Uint8Array,
  { width, height, channels }: ExportedDataSet,
  { left, top, factor, room }: { left: number; top: number; factor: number; room: number },
  { theme, scale }: PictureStyle,
): void {
  const small = createCanvas(width, height)
  const smallContext = small.getContext('2d')
  const rgba = smallContext.createImageData(width, height)
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) rgba.data[4 * i + c] = pixels[i * channels + (channels === 1 ? 0 : c)]!
    rgba.data[4 * i + 3] = 255
  }
  smallContext.putImageData(rgba, 0, 0)
  ctx.save()
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.imageSmoothingEnabled = false
  // An image wider than its tile cannot be enlarged; it is cut at the tile.
  const side = Math.min(width, Math.floor(room / factor))
  const [x, y] = [Math.round(left * scale), Math.round(top * scale)]
  ctx.drawImage(small, 0, 0, side, height, x, y, side * factor, height * factor)
  ctx.strokeStyle = themes[theme].line
  ctx.lineWidth = 1
  ctx.strokeRect(x - 0.5, y - 0.5, side * factor + 1, height * factor + 1)
  ctx.restore()
}

/** T and its class in neutral, P and its class in the accent and bold, then how sure it was. */
function caption(
  ctx: SKRSContext2D,
  { truth, predicted, confidence }: Mistake,
  classes: readonly string[],
  { left, top, width }: { left: number; top: number; width: number },
  theme: Theme,
): void {
  const lines = [
    { letter: 'T', text: classes[truth] ?? '', color: theme.text, weight: 400 },
    { letter: 'P', text: classes[predicted] ?? '', color: theme.accent, weight: 600 },
    { letter: '', text: formatPercent(confidence), color: theme.muted, weight: 400 },
  ] as const
  ctx.textBaseline = 'top'
  lines.forEach(({ letter, text, color, weight }, i) => {
    ctx.font = textFont(FONT_SIZE, weight)
    ctx.fillStyle = color
    ctx.fillText(letter, left, top + i * LINE)
    ctx.fillText(fitText(ctx, text, width - LETTER), left + (letter ? LETTER : 0), top + i * LINE)
  })
}
