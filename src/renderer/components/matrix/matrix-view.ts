/** Where a matrix stands on its canvas; all lengths in CSS pixels. */
export interface MatrixFrame {
  /** Of the canvas. */
  readonly width: number
  readonly height: number
  /** Room for names, left and above. */
  readonly left: number
  readonly top: number
  /** K. */
  readonly classes: number
}

/** How a matrix is looked at: pixels of a cell, and how far it is scrolled. */
export interface MatrixView {
  readonly size: number
  readonly x: number
  readonly y: number
}

/** A cell no larger than this when all of it is in sight. */
const LARGEST_FIT = 72
const LARGEST = 96

const plotOf = ({ width, height, left, top }: MatrixFrame) => ({
  width: Math.max(1, width - left),
  height: Math.max(1, height - top),
})

/** The cell size at which the whole matrix is in sight. */
export function fitSize(frame: MatrixFrame): number {
  const { width, height } = plotOf(frame)
  return Math.min(LARGEST_FIT, (Math.min(width, height) - 1) / Math.max(1, frame.classes))
}

/** Height of the canvas at which all is in sight and no larger for more room, whatever height it has now. */
export const naturalHeight = ({ width, left, top, classes }: MatrixFrame): number =>
  Math.ceil(top + Math.min(LARGEST_FIT * classes, Math.max(0, width - left)) + 2)

/** The view with a size from all in sight to a cell of its own, scrolled no further than the matrix. */
export function clampView(frame: MatrixFrame, { size, x, y }: MatrixView): MatrixView {
  const clamped = Math.min(Math.max(size, fitSize(frame)), Math.max(LARGEST, fitSize(frame)))
  const { width, height } = plotOf(frame)
  const whole = clamped * frame.classes
  const within = (value: number, room: number): number => Math.min(Math.max(0, value), Math.max(0, whole - room))
  return { size: clamped, x: within(x, width), y: within(y, height) }
}

/** Everything in sight. */
export const fitView = (frame: MatrixFrame): MatrixView => ({ size: fitSize(frame), x: 0, y: 0 })

/** The cell under a point of the canvas; null outside. */
export function cellAt(frame: MatrixFrame, view: MatrixView, px: number, py: number): number | null {
  const column = Math.floor((px - frame.left + view.x) / view.size)
  const row = Math.floor((py - frame.top + view.y) / view.size)
  if (px < frame.left || py < frame.top || row < 0 || column < 0) return null
  return row < frame.classes && column < frame.classes ? row * frame.classes + column : null
}

/** Larger or smaller, so that the point of the canvas stays on its cell. */
export function zoomAt(frame: MatrixFrame, view: MatrixView, factor: number, px: number, py: number): MatrixView {
  const { size } = clampView(frame, { ...view, size: view.size * factor })
  const [fromLeft, fromTop] = [Math.max(0, px - frame.left), Math.max(0, py - frame.top)]
  return clampView(frame, {
    size,
    x: ((fromLeft + view.x) * size) / view.size - fromLeft,
    y: ((fromTop + view.y) * size) / view.size - fromTop,
  })
}

/** Scrolled so far that the cell is in sight. */
export function revealCell(frame: MatrixFrame, view: MatrixView, cell: number): MatrixView {
  const { width, height } = plotOf(frame)
  const toward = (from: number, scrolled: number, room: number): number =>
    Math.max(from + view.size - room, Math.min(scrolled, from))
  const [row, column] = [Math.floor(cell / frame.classes), cell % frame.classes]
  return clampView(frame, {
    ...view,
    x: toward(column * view.size, view.x, width),
    y: toward(row * view.size, view.y, height),
  })
}

/** Rows or columns in sight: from … to, not included. */
export function inSight(
  frame: MatrixFrame,
  view: MatrixView,
): Record<'rows' | 'columns', { from: number; to: number }> {
  const { width, height } = plotOf(frame)
  const range = (scrolled: number, room: number) => ({
    from: Math.floor(scrolled / view.size),
    to: Math.min(frame.classes, Math.ceil((scrolled + room) / view.size)),
  })
  return { rows: range(view.y, height), columns: range(view.x, width) }
}

/** The row or column whose name stands at a point of the canvas, as the cells at its two ends; null elsewhere. */
export function lineAt(
  frame: MatrixFrame,
  view: MatrixView,
  px: number,
  py: number,
): readonly [from: number, to: number] | null {
  const last = frame.classes - 1
  if (px < frame.left === py < frame.top) return null
  const cell = cellAt(frame, view, Math.max(px, frame.left), Math.max(py, frame.top))
  if (cell === null) return null
  const [row, column] = [Math.floor(cell / frame.classes), cell % frame.classes]
  return px < frame.left ? [row * frame.classes, row * frame.classes + last] : [column, last * frame.classes + column]
}

/** A rectangle of cells by two opposite corners: its first row and column, and how many. */
export function blockOf(
  one: number,
  other: number,
  classes: number,
): { readonly row: number; readonly column: number; readonly rows: number; readonly columns: number } {
  const [rowA, rowB] = [Math.floor(one / classes), Math.floor(other / classes)]
  const [columnA, columnB] = [one % classes, other % classes]
  return {
    ...{ row: Math.min(rowA, rowB), column: Math.min(columnA, columnB) },
    ...{ rows: Math.abs(rowA - rowB) + 1, columns: Math.abs(columnA - columnB) + 1 },
  }
}

/** Where a key leads from a cell; null when it does not move. */
export function moveCell(key: string, cell: number, classes: number): number | null {
  const [row, column] = [Math.floor(cell / classes), cell % classes]
  const last = classes - 1
  const moves: Readonly<Record<string, readonly [number, number]>> = {
    ArrowUp: [Math.max(0, row - 1), column],
    ArrowDown: [Math.min(last, row + 1), column],
    ArrowLeft: [row, Math.max(0, column - 1)],
    ArrowRight: [row, Math.min(last, column + 1)],
    Home: [row, 0],
    End: [row, last],
    PageUp: [Math.max(0, row - 10), column],
    PageDown: [Math.min(last, row + 10), column],
  }
  const to = moves[key]
  return to ? to[0] * classes + to[1] : null
}
