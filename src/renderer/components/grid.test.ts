import { describe, expect, it } from 'vitest'
import { moveTo, scrollFor } from './grid'

describe('keys in a grid', () => {
  const shape = { count: 10, columns: 4, rows: 2 }
  it.each([
    ['ArrowRight', 0, 1],
    ['ArrowDown', 1, 5],
    ['ArrowDown', 7, 9],
    ['ArrowUp', 1, 1],
    ['ArrowUp', 9, 5],
    ['ArrowLeft', 0, 0],
    ['Home', 7, 0],
    ['End', 2, 9],
    ['PageDown', 8, 9],
    ['PageUp', 6, 2],
  ])('%s from %i leads to %i', (key, at, to) => {
    expect(moveTo(key, at, shape)).toBe(to)
  })
  it('other keys, and any in an empty grid, do not move', () => {
    expect(moveTo('a', 1, shape)).toBeNull()
    expect(moveTo('ArrowDown', 0, { ...shape, count: 0 })).toBeNull()
  })
  it('scrolls no further than needed', () => {
    expect(scrollFor(0, 50, 120, 200)).toBe(0)
    expect(scrollFor(3, 50, 120, 200)).toBe(120)
    expect(scrollFor(9, 50, 120, 200)).toBe(300)
  })
})
