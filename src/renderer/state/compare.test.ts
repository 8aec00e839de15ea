import { describe, expect, it } from 'vitest'
import { themes } from '../../shared/charts/theme'
import { defaultCompareLook, placeRuns, readCompareLook, runColours, withRuns } from './compare'
import { parseRoute } from './route'

describe('the address of a comparison', () => {
  it('leaves empty and broken ids out', () => {
    expect(parseRoute('#/compare?runs=a,,%zz,b')).toEqual({ view: 'compare', runs: ['a', 'b'] })
  })
})

describe('readCompareLook', () => {
  it('gives what is not valid its default, part by part', () => {
    expect(readCompareLook(null)).toEqual(defaultCompareLook)
    const kept = {
      runs: ['a', 3, 'a', 'b'],
      slots: { a: 1, b: -1 },
      colours: { a: '#00ff00', b: 'url(x)' },
      tab: 'table',
    }
    expect(readCompareLook({ ...kept, group: 'hair', epoch: 0 })).toEqual({
      ...defaultCompareLook,
      ...{ runs: ['a', 'b'], slots: { a: 1 }, colours: { a: '#00ff00' }, tab: 'table' },
    })
  })
})

describe('places among the series', () => {
  it('stay while others come and go; a new run takes the lowest that is free', () => {
    const placed = placeRuns({}, ['a', 'b', 'c'])
    expect(placed).toEqual({ a: 0, b: 1, c: 2 })
    expect(placeRuns(placed, ['c', 'd'])).toEqual({ c: 2, d: 0 })
    expect(placeRuns({ a: 1, b: 1 }, ['a', 'b'])).toEqual({ a: 1, b: 0 })
  })
  it('give the colours of the theme, but for those that were chosen', () => {
    const look = withRuns({ ...defaultCompareLook, colours: { b: '#123456', c: 4, gone: 1 } }, ['a', 'b', 'c'])
    const { series } = themes.light
    expect([...runColours(look, themes.light).values()]).toEqual([series[0], '#123456', series[4]])
    expect(look.colours).toEqual({ b: '#123456', c: 4 })
  })
})
