import { channels } from '../../../shared/charts/color'
import { readableOn, type Theme } from '../../../shared/charts/theme'
import { blockOf, inSight, type MatrixFrame, type MatrixView } from './matrix-view'

/** A matrix of K × K cells, row = true class, to be drawn. */
export interface MatrixContent {
  readonly classes: readonly string[]
  /** Place of each cell's colour in the palette. */
  readonly shades: Uint8Array
  /** '#rrggbb', 256 at most. */
  readonly palette: readonly string[]
  /** Written on a cell where it fits. */
  readonly text: (cell: number) => string
}

/** How it is drawn. */
export interface MatrixLook {
  readonly theme: Theme
  readonly font: string
  /** Pixels of the font. */
  readonly fontSize: number
}

const LONGEST_NAME = 16

/** A name as it stands beside the matrix. */
export function shortName(name: string): string {
  const shown = [...name.replace(/\s+/g, ' ')]
  return shown.length > LONGEST_NAME ? `${shown.slice(0, LONGEST_NAME - 1).join('')}…` : shown.join('')
}

/** All cells as a picture of one pixel each: however many there are, a drawing copies it once. */
export function matrixBitmap({ classes, shades, palette }: MatrixContent): HTMLCanvasElement {
  const k = classes.length
  const canvas = document.createElement('canvas')
  ;[canvas.width, canvas.height] = [k, k]
  const bytes = palette.map((colour) => [...channels(colour).map((value) => Math.round(255 * value)), 255])
  const colours = new Uint32Array(Uint8Array.from(bytes.flat()).buffer)
  const pixels = new Uint32Array(k * k)
  for (let cell = 0; cell < pixels.length; cell++) pixels[cell] = colours[shades[cell]!]!
  canvas.getContext('2d')!.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), k, k), 0, 0)
  return canvas
}

/** Room that names need left of and above the matrix, and whether those above stand upright. */
export function namesRoom(
  context: CanvasRenderingContext2D,
  classes: readonly string[],
  { font, fontSize }: MatrixLook,
  width: number,
): { readonly left: number; readonly top: number } {
  context.font = font
  const longest = classes.reduce((most, name) => Math.max(most, context.measureText(shortName(name)).width), 0)
  const left = longest + 1.8 * fontSize
  const cell = (width - left) / classes.length
  return { left, top: (longest + 6 < cell ? fontSize : longest) + 2 * fontSize }
}

/** Draws what is in sight: cells, names, and on cells with room their numbers. */
export function drawMatrix(
  context: CanvasRenderingContext2D,
  content: MatrixContent,
  bitmap: HTMLCanvasElement,
  place: {
    readonly frame: MatrixFrame
    readonly view: MatrixView
    readonly selected: number | null
    /** The block's corner opposite the selected cell. */
    readonly corner: number | null
  },
  look: MatrixLook,
): void {
  const { frame, view, selected, corner } = place
  const { width, height, left, top, classes } = frame
  context.clearRect(0, 0, width, height)
  context.save()
  context.beginPath()
  context.rect(left, top, width - left, height - top)
  context.clip()
  context.imageSmoothingEnabled = false
  context.drawImage(bitmap, left - view.x, top - view.y, view.size * classes, view.size * classes)
  drawDiagonal(context, frame, view, look)
  drawNumbers(context, content, frame, view, look)
  context.strokeStyle = look.theme.line
  context.lineWidth = 1
  context.strokeRect(left - view.x + 0.5, top - view.y + 0.5, view.size * classes - 1, view.size * classes - 1)
  if (selected !== null) drawSelection(context, frame, view, [selected, corner ?? selected], look)
  context.restore()
  drawNames(context, content.classes, frame, view, look)
}

/** Smallest cell with a border of its own. */
const BORDERED = 10

function drawDiagonal(
  context: CanvasRenderingContext2D,
  frame: MatrixFrame,
  view: MatrixView,
  { theme }: MatrixLook,
): void {
  if (view.size < BORDERED) return
  const { rows } = inSight(frame, view)
  context.strokeStyle = theme.line
  context.lineWidth = 1
  for (let k = rows.from; k < rows.to; k++) {
    const [x, y] = [frame.left + k * view.size - view.x, frame.top + k * view.size - view.y]
    context.strokeRect(x + 0.5, y + 0.5, view.size - 1, view.size - 1)
  }
}

function drawNumbers(
  context: CanvasRenderingContext2D,
  { shades, palette, text }: MatrixContent,
  frame: MatrixFrame,
  view: MatrixView,
  { font, fontSize }: MatrixLook,
): void {
  if (view.size < 1.6 * fontSize) return
  const inks = palette.map(readableOn)
  const { rows, columns } = inSight(frame, view)
  context.font = font
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  for (let row = rows.from; row < rows.to; row++)
    for (let column = columns.from; column < columns.to; column++) {
      const cell = row * frame.classes + column
      const words = text(cell)
      if (words === '' || context.measureText(words).width > view.size - 4) continue
      context.fillStyle = inks[shades[cell]!]!
      const x = frame.left - view.x + (column + 0.5) * view.size
      context.fillText(words, x, frame.top - view.y + (row + 0.5) * view.size)
    }
}

function drawSelection(
  context: CanvasRenderingContext2D,
  { left, top, classes }: MatrixFrame,
  { size, x, y }: MatrixView,
  corners: readonly [number, number],
  { theme }: MatrixLook,
): void {
  // Two lines, light and dark: one of them is seen on any colour.
  const { row, column, rows, columns } = blockOf(corners[0], corners[1], classes)
  const box = [left - x + column * size, top - y + row * size, Math.max(columns * size, 5), Math.max(rows * size, 5)]
  context.lineWidth = 4
  context.strokeStyle = theme.background
  context.strokeRect(box[0]!, box[1]!, box[2]!, box[3]!)
  context.lineWidth = 2
  context.strokeStyle = theme.text
  context.strokeRect(box[0]!, box[1]!, box[2]!, box[3]!)
}

function drawNames(
  context: CanvasRenderingContext2D,
  classes: readonly string[],
  frame: MatrixFrame,
  view: MatrixView,
  { theme, font, fontSize }: MatrixLook,
): void {
  const { left, top, width, height } = frame
  const { rows, columns } = inSight(frame, view)
  const step = Math.max(1, Math.ceil((1.3 * fontSize) / view.size))
  const centre = (place: number, scrolled: number): number => (place + 0.5) * view.size - scrolled
  context.font = font
  context.fillStyle = theme.text
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  const whole = (value: number): number => Math.ceil(value / step) * step
  for (let row = whole(rows.from); row < rows.to; row += step) {
    const y = centre(row, view.y)
    if (y >= 0 && y <= height - top) context.fillText(shortName(classes[row]!), left - 6, top + y)
  }
  const upright = context.measureText(shortName(longestOf(classes))).width + 6 >= view.size
  for (let column = whole(columns.from); column < columns.to; column += step) {
    const x = centre(column, view.x)
    if (x < 0 || x > width - left) continue
    context.save()
    context.translate(left + x, top - 6)
    if (upright) context.rotate(-Math.PI / 2)
    context.textAlign = upright ? 'left' : 'center'
    context.textBaseline = upright ? 'middle' : 'bottom'
    context.fillText(shortName(classes[column]!), 0, 0)
    context.restore()
  }
  context.fillStyle = theme.muted
  context.textAlign = 'left'
  context.textBaseline = 'top'
  context.fillText('predicted →', left, 2)
  context.save()
  context.translate(2, Math.min(height, top + view.size * classes.length))
  context.rotate(-Math.PI / 2)
  context.fillText('← true', 0, 0)
  context.restore()
}

const longestOf = (classes: readonly string[]): string =>
  classes.reduce((longest, name) => (name.length > longest.length ? name : longest), '')
