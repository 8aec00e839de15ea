import { expect, it } from 'vitest'
import { confusionPalette, confusionValues, drawConfusion } from './confusion-shades'
import { themes } from './theme'

const confusion = { classes: 2, counts: Uint32Array.of(6, 2, 1, 1) }

it('gives images or shares of the true class, the predicted class, or all', () => {
  expect([...confusionValues(confusion, 'count')]).toEqual([6, 2, 1, 1])
  expect([...confusionValues(confusion, 'row')]).toEqual([0.75, 0.25, 0.5, 0.5])
  expect([...confusionValues(confusion, 'column')]).toEqual([6 / 7, 2 / 3, 1 / 7, 1 / 3])
  expect([...confusionValues(confusion, 'total')]).toEqual([0.6, 0.2, 0.1, 0.1])
})

it('draws rows and columns in one order, from 0 to the most', () => {
  const drawn = drawConfusion(confusionValues(confusion, 'count'), [1, 0], false)
  expect([...drawn.cells]).toEqual([3, 2, 1, 0])
  expect(drawn.most).toBe(6)
  expect([...drawn.shades]).toEqual([42, 42, 85, 254])
})

it('lets the diagonal stand back, and measures the rest by the largest confusion', () => {
  const drawn = drawConfusion(confusionValues(confusion, 'count'), [0, 1], true)
  expect([drawn.most, ...drawn.shades]).toEqual([2, 255, 254, 127, 255])
})

it('has the first colour for 0 only', () => {
  expect([...drawConfusion(Float64Array.of(0, 1, 1e9, 0), [0, 1], false).shades]).toEqual([0, 1, 254, 0])
  expect([...drawConfusion(new Float64Array(4), [0, 1], false).shades]).toEqual([0, 0, 0, 0])
})

it('has one colour for each shade', () => {
  for (const theme of Object.values(themes)) {
    const palette = confusionPalette(theme)
    expect(palette).toHaveLength(256)
    expect(palette[0]).toBe(theme.sequential[0])
    expect(palette[254]).toBe(theme.sequential.at(-1))
  }
})
