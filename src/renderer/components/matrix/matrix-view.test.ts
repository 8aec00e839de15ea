import { describe, expect, it } from 'vitest'
import { Random } from '../../../shared/random/philox'
import {
  blockOf,
  cellAt,
  clampView,
  fitSize,
  fitView,
  inSight,
  lineAt,
  moveCell,
  naturalHeight,
  revealCell,
  zoomAt,
  type MatrixFrame,
} from './matrix-view'

const frame = (classes: number): MatrixFrame => ({ width: 500, height: 460, left: 100, top: 60, classes })

describe('a matrix on its canvas', () => {
  it('is all in sight at first, however many classes', () => {
    for (const classes of [2, 10, 100, 1000]) {
      const f = frame(classes)
      expect(fitSize(f) * classes).toBeLessThanOrEqual(400)
      expect(inSight(f, fitView(f))).toEqual({ rows: { from: 0, to: classes }, columns: { from: 0, to: classes } })
    }
  })

  it('needs no more height than its cells at their largest, nor than it is wide', () => {
    for (const classes of [2, 5, 10, 1000]) {
      const natural = naturalHeight(frame(classes))
      expect(fitSize({ ...frame(classes), height: natural })).toBeCloseTo(
        fitSize({ ...frame(classes), height: 5000 }),
        9,
      )
      expect(natural).toBe(60 + Math.min(72 * classes, 400) + 2)
    }
  })

  it('finds the cell under a point, none among the names', () => {
    const f = frame(10)
    const view = { size: 40, x: 0, y: 0 }
    expect(cellAt(f, view, 100, 60)).toBe(0)
    expect(cellAt(f, view, 145, 105)).toBe(11)
    expect(cellAt(f, view, 99, 100)).toBeNull()
    expect(cellAt(f, { size: 30, x: 0, y: 0 }, 450, 70)).toBeNull()
  })

  it('finds the row or column by its name, at whatever place it is scrolled to', () => {
    const f = frame(10)
    const view = { size: 40, x: 0, y: 0 }
    expect(lineAt(f, view, 20, 105)).toEqual([10, 19])
    expect(lineAt(f, view, 145, 20)).toEqual([1, 91])
    expect(lineAt(f, { size: 80, x: 80, y: 160 }, 20, 105)).toEqual([20, 29])
    expect(lineAt(f, view, 20, 20)).toBeNull()
    expect(lineAt(f, view, 145, 105)).toBeNull()
  })

  it('makes a block of two corners, whichever they are', () => {
    const block = { row: 1, column: 2, rows: 3, columns: 2 }
    expect(blockOf(12, 33, 10)).toEqual(block)
    expect(blockOf(13, 32, 10)).toEqual(block)
    expect(blockOf(7, 7, 10)).toEqual({ row: 0, column: 7, rows: 1, columns: 1 })
  })

  it('keeps the cell under the pointer while it is zoomed, and never leaves the matrix', () => {
    const f = frame(200)
    const random = new Random(3)
    let view = fitView(f)
    for (let i = 0; i < 500; i++) {
      const [px, py] = [100 + 399 * random.uniform(), 60 + 399 * random.uniform()]
      const before = cellAt(f, view, px, py)
      const next = zoomAt(f, view, random.below(2) ? 1.4 : 0.8, px, py)
      if (next.size > view.size && before !== null) expect(cellAt(f, next, px, py)).toBe(before)
      view = next
      expect(clampView(f, view)).toEqual(view)
    }
  })

  it('scrolls to a cell, and by keys from cell to cell', () => {
    const f = frame(100)
    const near = { size: 40, x: 0, y: 0 }
    const view = revealCell(f, near, 50 * 100 + 70)
    const { rows, columns } = inSight(f, view)
    expect(rows.from <= 50 && 50 < rows.to && columns.from <= 70 && 70 < columns.to).toBe(true)
    expect(revealCell(f, view, 50 * 100 + 70)).toEqual(view)
    expect(moveCell('ArrowRight', 5, 10)).toBe(6)
    expect(moveCell('ArrowUp', 5, 10)).toBe(5)
    expect(moveCell('End', 25, 10)).toBe(29)
    expect(moveCell('a', 25, 10)).toBeNull()
  })
})
