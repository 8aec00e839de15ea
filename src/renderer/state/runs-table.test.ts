import { describe, expect, it } from 'vitest'
import { sampleRun } from '../dev/samples'
import {
  defaultLook,
  filterValues,
  lookAt,
  matches,
  noFilters,
  readLook,
  toggleFilter,
  visibleRows,
} from './runs-table'
import { kept, noSelection, reached, toggled } from './selection'

describe('the table of runs', () => {
  const runs = [
    sampleRun(1, { name: 'Run 10', lastTest: 0.5, state: 'failed', tags: ['night'] }),
    sampleRun(2, { name: 'run 9', lastTest: null, state: 'paused', tags: ['night', 'good'] }),
    sampleRun(3, { name: 'other', lastTest: 0.9, dataSetName: 'photos' }),
  ]
  const numbers = (change: Partial<typeof defaultLook>): number[] =>
    lookAt(runs, { ...defaultLook, ...change }).map(({ number }) => number)

  it('sorts numbers as numbers, names as people do, and nothing last either way', () => {
    expect(numbers({ sort: 'last', descending: false })).toEqual([1, 3, 2])
    expect(numbers({ sort: 'last', descending: true })).toEqual([3, 1, 2])
    expect(numbers({ sort: 'name', descending: false })).toEqual([3, 2, 1])
  })
  it('filters: one of the values of each filter, and every word of the search', () => {
    expect(numbers({ filters: { ...noFilters, state: ['failed', 'paused'] } })).toEqual([2, 1])
    expect(numbers({ filters: { ...noFilters, state: ['failed', 'paused'], tag: ['good'] } })).toEqual([2])
    expect(numbers({ filters: { ...noFilters, data: ['photos'], tag: ['night'] } })).toEqual([])
    expect(matches(runs[0]!, 'NIGHT run')).toBe(true)
    expect(matches(runs[0]!, 'night other')).toBe(false)
    expect(matches(runs[2]!, '#3')).toBe(true)
  })
  it('offers the values there are, states as they follow, and those chosen though no run has them', () => {
    expect(filterValues(runs, 'tag', [])).toEqual([
      { value: 'good', runs: 1 },
      { value: 'night', runs: 2 },
    ])
    expect(filterValues(runs, 'state', ['queued']).map(({ value, runs }) => `${value} ${runs}`)).toEqual([
      'queued 0',
      'paused 1',
      'finished 1',
      'failed 1',
    ])
    const once = toggleFilter(noFilters, 'tag', 'night')
    expect(once.tag).toEqual(['night'])
    expect(toggleFilter(once, 'tag', 'night')).toEqual(noFilters)
  })
  it('reads a kept look part by part', () => {
    expect(readLook('nonsense')).toEqual(defaultLook)
    expect(readLook({ sort: 'gone', columns: ['gone'], search: 'x', filters: { state: 3, tag: ['a', 4] } })).toEqual({
      ...defaultLook,
      search: 'x',
      filters: { ...noFilters, tag: ['a'] },
    })
    expect(readLook({ sort: 'time', columns: ['time', 'gone'] })).toMatchObject({ sort: 'time', columns: ['time'] })
  })
  it('draws the rows in sight of a long list, and no more', () => {
    expect(visibleRows(0, 640, 32, 1000)).toEqual({ from: 0, to: 28 })
    expect(visibleRows(3200, 640, 32, 1000)).toEqual({ from: 92, to: 128 })
    expect(visibleRows(9999, 640, 32, 3)).toEqual({ from: 0, to: 3 })
  })
})

describe('the selection', () => {
  const order = ['a', 'b', 'c', 'd']
  const ids = (selection: { ids: ReadonlySet<string> }): string => [...selection.ids].join('')

  it('takes rows in and out, and reaches from where it began', () => {
    const b = toggled(noSelection, 'b')
    expect(ids(reached(b, order, 'd'))).toBe('bcd')
    expect(ids(reached(reached(b, order, 'd'), order, 'a'))).toBe('ab')
    expect(ids(toggled(toggled(b, 'd'), 'b'))).toBe('d')
    expect(ids(reached(noSelection, order, 'c'))).toBe('c')
    expect(ids(reached({ ids: new Set(['x']), anchor: 'gone' }, order, 'c'))).toBe('xc')
  })
  it('forgets rows that are gone, and stays itself when none is', () => {
    const both = reached(toggled(noSelection, 'a'), order, 'b')
    expect(kept(both, new Set(order))).toBe(both)
    expect(ids(kept(both, new Set(['b'])))).toBe('b')
  })
})
