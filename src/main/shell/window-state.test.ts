import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../store/testing/fixtures'
import { FIRST_SIZE, keepWindowState, readWindowState, visibleBounds, type Rectangle } from './window-state'

const left: Rectangle = { x: 0, y: 25, width: 1920, height: 1055 }
const right: Rectangle = { x: 1920, y: 0, width: 2560, height: 1440 }

describe('visibleBounds', () => {
  it('leaves what can be seen as it is', () => {
    const kept = { x: 2000, y: 100, width: 1200, height: 900 }
    expect(visibleBounds(kept, [left, right])).toEqual(kept)
  })

  it('puts a first window into the middle', () => {
    const { x, y, width, height } = visibleBounds(null, [left])
    expect({ width, height }).toEqual(FIRST_SIZE)
    expect([x + width / 2, y + height / 2]).toEqual([960, 25 + 1055 / 2 + 0.5])
  })

  it('goes to the first display when its own is gone', () => {
    const bounds = visibleBounds({ x: 2400, y: 300, width: 1000, height: 700 }, [left])
    expect(bounds).toEqual({ x: 460, y: 203, width: 1000, height: 700 })
  })

  it('moves in what sticks out, and makes smaller what is too large', () => {
    expect(visibleBounds({ x: -300, y: 0, width: 1000, height: 700 }, [left])).toEqual({
      ...{ x: 0, y: 25, width: 1000, height: 700 },
    })
    expect(visibleBounds({ x: 10, y: 30, width: 4000, height: 3000 }, [left])).toEqual(left)
    expect(visibleBounds({ x: 10, y: 30, width: 5, height: 5 }, [left])).toEqual({
      x: 10,
      y: 30,
      width: 720,
      height: 480,
    })
  })

  it('lies within one of the displays, whatever was kept', () => {
    const size = fc.integer({ min: 1, max: 10_000 })
    const place = fc.integer({ min: -20_000, max: 20_000 })
    fc.assert(
      fc.property(fc.record({ x: place, y: place, width: size, height: size }), (kept) => {
        const b = visibleBounds(kept, [left, right])
        const inside = ({ x, y, width, height }: Rectangle): boolean =>
          b.x >= x && b.y >= y && b.x + b.width <= x + width && b.y + b.height <= y + height
        expect([left, right].some(inside)).toBe(true)
      }),
    )
  })
})

describe('what is kept of a window', () => {
  it('comes back as it was', () => {
    const file = join(temporaryFolder(), 'window.json')
    const state = { bounds: { x: 1, y: -2, width: 800, height: 600 }, maximised: true }
    expect(readWindowState(file)).toBeNull()
    keepWindowState(file, state)
    expect(readWindowState(file)).toEqual(state)
  })

  it.each(['', '{"bounds":{"x":0}}', '{"bounds":{"x":0,"y":0,"width":0,"height":1},"maximised":false}'])(
    'is nothing where %j stands',
    (text) => {
      const file = join(temporaryFolder(), 'window.json')
      writeFileSync(file, text)
      expect(readWindowState(file)).toBeNull()
    },
  )
})
