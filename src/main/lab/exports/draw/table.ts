import type { SKRSContext2D } from '@napi-rs/canvas'
import { themes } from '../../../../shared/charts/theme'
import type { TextTable } from '../files/markup'
import { blankPicture, fitText, FONT_SIZE, measuringContext, type Picture, type PictureStyle, textFont } from './canvas'

const MARGIN = 12
const COLUMN_GAP = 22
const ROW = FONT_SIZE * 1.65
/** A name longer than this is cut: the table must stay readable. */
const WIDEST_CELL = 420

/** A table as a picture: rules above, below the head and at the end, as in a paper; notes below. */
export function tablePicture(table: TextTable, notes: readonly string[], style: PictureStyle): Picture {
  const widths = measure(table)
  const tableWidth = widths.reduce((sum, width) => sum + width, 0) + COLUMN_GAP * (widths.length - 1)
  const width = Math.ceil(Math.max(style.column, tableWidth + 2 * MARGIN))
  const height = Math.ceil(2 * MARGIN + ROW * (table.rows.length + 1) + 8 + ROW * notes.length)
  const picture = blankPicture(width, height, style)
  const { ctx } = picture
  const theme = themes[style.theme]
  ctx.textBaseline = 'middle'
  const rule = (y: number, thickness: number): void => {
    ctx.fillStyle = theme.text
    ctx.fillRect(MARGIN, y, width - 2 * MARGIN, thickness)
  }
  const gap = COLUMN_GAP + (width - 2 * MARGIN - tableWidth) / Math.max(1, widths.length - 1)
  const row = (cells: readonly string[], y: number, weight: 400 | 600): void => {
    ctx.font = textFont(FONT_SIZE, weight)
    ctx.fillStyle = theme.text
    drawRow(ctx, cells, table.align, widths, gap, y)
  }
  let y = MARGIN
  rule(y, 1.5)
  row(table.head, y + ROW / 2 + 2, 600)
  y += ROW + 4
  rule(y, 1)
  table.rows.forEach((cells, i) => {
    if (i % 2 === 1) {
      ctx.fillStyle = theme.stripe
      ctx.fillRect(MARGIN, y + 1, width - 2 * MARGIN, ROW)
    }
    row(cells, y + ROW / 2 + 1, 400)
    y += ROW
  })
  rule(y + 2, 1.5)
  ctx.font = textFont(FONT_SIZE)
  ctx.fillStyle = theme.muted
  notes.forEach((note, i) => ctx.fillText(fitText(ctx, note, width - 2 * MARGIN), MARGIN, y + 6 + ROW * (i + 0.5)))
  return picture
}

function drawRow(
  ctx: SKRSContext2D,
  cells: readonly string[],
  align: TextTable['align'],
  widths: readonly number[],
  gap: number,
  y: number,
): void {
  let left = MARGIN
  cells.forEach((cell, i) => {
    const right = align[i] === 'right'
    ctx.textAlign = right ? 'right' : 'left'
    ctx.fillText(fitText(ctx, cell, widths[i]!), right ? left + widths[i]! : left, y)
    left += widths[i]! + gap
  })
  ctx.textAlign = 'left'
}

/** Width of each column's widest cell, head in its heavier weight. */
function measure({ head, rows }: TextTable): number[] {
  const ctx = measuringContext()
  return head.map((title, column) => {
    ctx.font = textFont(FONT_SIZE, 600)
    let width = ctx.measureText(title).width
    ctx.font = textFont(FONT_SIZE)
    for (const row of rows) width = Math.max(width, ctx.measureText(row[column] ?? '').width)
    return Math.min(WIDEST_CELL, Math.ceil(width) + 1)
  })
}
