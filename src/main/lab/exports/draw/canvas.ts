import { createRequire } from 'node:module'
import { createCanvas, GlobalFonts, type Canvas, type SKRSContext2D } from '@napi-rs/canvas'
import {
  CategoryScale,
  Chart,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  SubTitle,
  Title,
  type ChartArea,
  type ChartConfiguration,
  type ChartType,
} from 'chart.js'
import { MatrixController, MatrixElement } from 'chartjs-chart-matrix'
import type { ChartLook } from '../../../../shared/charts/look'
import { themes, type ThemeName } from '../../../../shared/charts/theme'

/** How pictures are drawn. */
export interface PictureStyle {
  readonly theme: ThemeName
  /** Device pixels per layout pixel. */
  readonly scale: number
}

/** A paper's column, 90 mm, is this many layout pixels: 17 of them are then 8 points high. */
export const COLUMN = 540
export const FONT_SIZE = 17
/** Both columns with the gap between them, about 180 mm. */
export const TWO_COLUMNS = 1080
/** Layout pixels an inch at that size, written into the file so that it comes out at 90 mm by itself. */
const PIXELS_PER_INCH = COLUMN / (90 / 25.4)

/** A name of our own: the same letters on every machine, whatever is installed there. */
const FONT_FAMILY = 'HRM Lab Sans'

let ready = false

/** Registers the bundled font and what Chart.js needs, once. @throws Error when the font is not there (a broken installation) */
function prepare(): void {
  if (ready) return
  const require = createRequire(import.meta.url)
  for (const style of ['400Regular', '600SemiBold']) {
    const file = require.resolve(`@expo-google-fonts/ibm-plex-sans/${style}/IBMPlexSans_${style}.ttf`)
    if (GlobalFonts.registerFromPath(file, FONT_FAMILY) === null) throw new Error(`The font ${file} cannot be read`)
  }
  Chart.register(LineController, LineElement, PointElement, LinearScale, LogarithmicScale, CategoryScale)
  Chart.register(MatrixController, MatrixElement, Title, SubTitle, Legend)
  ready = true
}

/** The look of exported charts, title and notes fitted to a picture's width. */
export function exportLook(
  style: PictureStyle,
  title: string | null,
  notes: readonly string[] = [],
  width: number = COLUMN,
): ChartLook {
  const { ctx } = blankPicture(1, 1, style)
  const room = width - 1.5 * FONT_SIZE
  ctx.font = textFont(FONT_SIZE, 600)
  const fitted = title === null ? null : fitText(ctx, title, room)
  ctx.font = textFont(FONT_SIZE)
  return {
    theme: themes[style.theme],
    fontFamily: `"${FONT_FAMILY}"`,
    fontSize: FONT_SIZE,
    title: fitted,
    notes: notes.flatMap((note) => wrapText(ctx, note, room)),
  }
}

/** CSS font of a text in layout pixels. */
export const textFont = (size: number, weight: 400 | 600 = 400): string => `${weight} ${size}px "${FONT_FAMILY}"`

/** An empty picture in the theme's background, its context scaled to layout pixels. */
export function blankPicture(
  width: number,
  height: number,
  style: PictureStyle,
): { canvas: Canvas; ctx: SKRSContext2D } {
  prepare()
  const canvas = createCanvas(Math.round(width * style.scale), Math.round(height * style.scale))
  const ctx = canvas.getContext('2d')
  ctx.lang = 'en'
  ctx.fillStyle = themes[style.theme].background
  ctx.fillRect(0, 0, canvas.width, canvas.height)
  ctx.scale(style.scale, style.scale)
  return { canvas, ctx }
}

/** A rectangle in layout pixels. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Draws a chart into a box of a picture made by {@link blankPicture}. @returns where its data lie, in the box */
export function drawChart<Type extends ChartType, Data, Label>(
  ctx: SKRSContext2D,
  configuration: ChartConfiguration<Type, Data, Label>,
  { left, top, width, height }: Box,
  style: PictureStyle,
): ChartArea {
  const canvas = createCanvas(width, height)
  const chart = new Chart(
    canvas as unknown as HTMLCanvasElement,
    {
      ...configuration,
      options: { ...configuration.options, responsive: false, animation: false, devicePixelRatio: style.scale },
    } as ChartConfiguration,
  )
  ctx.drawImage(canvas, left, top, width, height)
  // After the copy: destroying a chart clears its canvas.
  const { chartArea } = chart
  chart.destroy()
  return chartArea
}

/** A chart alone on the theme's background. */
export function chartPicture<Type extends ChartType, Data, Label>(
  configuration: ChartConfiguration<Type, Data, Label>,
  width: number,
  height: number,
  style: PictureStyle,
): Canvas {
  const { canvas, ctx } = blankPicture(width, height, style)
  drawChart(ctx, configuration, { left: 0, top: 0, width, height }, style)
  return canvas
}

/** The picture as PNG, at 90 mm a column, with its title and what drew it. */
export const encodePicture = (canvas: Canvas, style: PictureStyle, title: string): Buffer =>
  canvas.toBuffer('image/png', { resolution: Math.round(PIXELS_PER_INCH * style.scale), title, software: 'HRM Lab' })

/** `text` cut with an ellipsis to fit `width`, on one line. */
export function fitText(ctx: SKRSContext2D, text: string, width: number): string {
  const letters = [...text.replace(/\s+/g, ' ')]
  if (ctx.measureText(letters.join('')).width <= width) return letters.join('')
  let [low, high] = [0, letters.length]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (ctx.measureText(`${letters.slice(0, middle).join('')}…`).width <= width) low = middle
    else high = middle - 1
  }
  return `${letters.slice(0, low).join('')}…`
}

/** `text` broken at spaces into lines no wider than `width`; a longer word stays whole. */
export function wrapText(ctx: SKRSContext2D, text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && ctx.measureText(longer).width > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}
