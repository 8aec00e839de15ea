import { createRequire } from 'node:module'
import {
  createCanvas,
  GlobalFonts,
  type Canvas,
  type SKRSContext2D,
  type SvgCanvas,
  SvgExportFlag,
} from '@napi-rs/canvas'
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

/** How pictures are drawn. Letters are always {@link FONT_SIZE} layout pixels high: a larger font makes a layout pixel larger. */
export interface PictureStyle {
  readonly theme: ThemeName
  /** Device pixels per layout pixel. */
  readonly scale: number
  /** Layout pixels of a paper's column, and of a millimetre. */
  readonly column: number
  readonly perMillimetre: number
  /** Layout pixels of a line chart's height; null: as high as looks well. */
  readonly height: number | null
  /** Lines and letters as shapes of any size instead of pixels. */
  readonly svg: boolean
}

/** Letters, in layout pixels; 8 points at the usual size. */
export const FONT_SIZE = 17
const MM_PER_POINT = 25.4 / 72

/** Layout pixels of a millimetre when letters are so many points high. */
export const layoutPerMillimetre = (fontPoints: number): number => FONT_SIZE / (fontPoints * MM_PER_POINT)

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
  width: number = style.column,
): ChartLook {
  const ctx = measuringContext()
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

/** A picture that is being drawn; its context is scaled to layout pixels. */
export interface Picture {
  readonly ctx: SKRSContext2D
  /** Layout pixels. */
  readonly width: number
  readonly height: number
  readonly canvas: Canvas | SvgCanvas
  /** Charts within an SVG picture, each an SVG of its own: they are drawn by their own canvas. */
  readonly parts: string[]
}

/** An empty picture in the theme's background. */
export function blankPicture(width: number, height: number, style: PictureStyle): Picture {
  prepare()
  const scale = style.svg ? 1 : style.scale
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
  const canvas = makeCanvas(w, h, style)
  const ctx = canvas.getContext('2d')
  ctx.lang = 'en'
  ctx.fillStyle = themes[style.theme].background
  ctx.fillRect(0, 0, w, h)
  ctx.scale(scale, scale)
  return { canvas, ctx, width, height, parts: [] }
}

/** Letters become paths in an SVG: nobody else has to have the font. */
const makeCanvas = (width: number, height: number, { svg }: PictureStyle): Canvas | SvgCanvas =>
  svg ? createCanvas(width, height, SvgExportFlag.ConvertTextToPaths) : createCanvas(width, height)

/** A context to measure texts with. */
export function measuringContext(): SKRSContext2D {
  prepare()
  return createCanvas(1, 1).getContext('2d')
}

/** A rectangle in layout pixels. */
export interface Box {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

/** Draws a chart into a box of a picture. @returns where its data lie, in the box */
export function drawChart<Type extends ChartType, Data, Label>(
  picture: Picture,
  configuration: ChartConfiguration<Type, Data, Label>,
  { left, top, width, height }: Box,
  style: PictureStyle,
): ChartArea {
  prepare()
  const canvas = makeCanvas(Math.round(width), Math.round(height), style)
  const chart = new Chart(
    canvas as unknown as HTMLCanvasElement,
    {
      ...configuration,
      options: {
        ...configuration.options,
        responsive: false,
        animation: false,
        devicePixelRatio: style.svg ? 1 : style.scale,
      },
    } as ChartConfiguration,
  )
  if ('getContent' in canvas) picture.parts.push(nestedSvg(canvas, picture.parts.length, { left, top, width, height }))
  else drawWhole(picture.ctx, canvas, Math.round(left * style.scale), Math.round(top * style.scale))
  // After the copy: destroying a chart clears its canvas.
  const { chartArea } = chart
  chart.destroy()
  return chartArea
}

/** Copies pixel by pixel: scaled by a hair, letters would blur. */
function drawWhole(ctx: SKRSContext2D, canvas: Canvas, x: number, y: number): void {
  ctx.save()
  ctx.setTransform(1, 0, 0, 1, 0, 0)
  ctx.drawImage(canvas, x, y)
  ctx.restore()
}

/** A canvas as an element of a larger SVG, its ids made its own. */
function nestedSvg(canvas: SvgCanvas, index: number, { left, top, width, height }: Box): string {
  const inside = svgBody(canvas).replace(/\b(id="|url\(#|href="#)/g, `$1part${index}-`)
  return `<svg x="${left}" y="${top}" width="${width}" height="${height}">${inside}</svg>`
}

/** What stands between the outermost tags. */
function svgBody(canvas: SvgCanvas): string {
  const text = canvas.getContent().toString()
  return renumbered(text.slice(text.indexOf('>', text.indexOf('<svg')) + 1, text.lastIndexOf('</svg>')))
}

/** Skia counts its ids over the life of the process; counted over the picture, the same picture is the same bytes. */
function renumbered(body: string): string {
  const numbers = new Map<string, number>()
  return body.replace(/\b(id="|url\(#|href="#)([^")]+)/g, (_, before: string, id: string) => {
    const number = numbers.get(id) ?? numbers.size
    numbers.set(id, number)
    return `${before}s${number}`
  })
}

/** A chart alone on the theme's background. */
export function chartPicture<Type extends ChartType, Data, Label>(
  configuration: ChartConfiguration<Type, Data, Label>,
  width: number,
  height: number,
  style: PictureStyle,
): Picture {
  const picture = blankPicture(width, height, style)
  drawChart(picture, configuration, { left: 0, top: 0, width, height }, style)
  return picture
}

/** The picture as a PNG or SVG file that comes out in its size in millimetres, with its title and what drew it. */
export function encodePicture({ canvas, width, height, parts }: Picture, style: PictureStyle, title: string): Buffer {
  const { perMillimetre, scale } = style
  if (!('getContent' in canvas))
    return canvas.toBuffer('image/png', {
      resolution: Math.round(25.4 * perMillimetre * scale),
      title,
      software: 'HRM Lab',
    })
  const mm = (pixels: number): string => `${Number((pixels / perMillimetre).toFixed(2))}mm`
  const size = `width="${mm(width)}" height="${mm(height)}" viewBox="0 0 ${width} ${height}"`
  const names = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
  const head = `<?xml version="1.0" encoding="utf-8"?>\n<svg ${names} ${size} role="img">\n<title>${escapeXml(title)}</title>`
  return Buffer.from(`${head}\n${svgBody(canvas)}\n${parts.join('\n')}\n</svg>\n`)
}

/** A text as XML holds it; characters that XML has no place for are left out. */
const escapeXml = (text: string): string =>
  text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)

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
