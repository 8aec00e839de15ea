import { describe, expect, it } from 'vitest'
import { sampleRun } from '../../dev/samples'
import { compareAnswers } from '../../dev/demo-compare'
import type { ComparedRun } from '../../../shared/contract/compare'
import { lineAt } from '../../components/charts/line-at'
import type { CurveLine } from '../../components/charts/curve-lines'
import { Turns } from '../../state/turns'
import { differenceGroups } from '../../../shared/compare/difference-rows'
import { brushBetween, brushKey, heldRuns } from './overview/brushes'
import { NOWHERE, overviewAxes } from './overview/overview-axes'
import { scatterScale } from './overview/scatter-scale'
import {
  cellText,
  compareColumns,
  compareRows,
  csvTable,
  memberRows,
  sortRows,
  textTable,
} from '../../../shared/compare/compare-table'

/** Runs as the lab tells them; numbers apart by six are of one preset. */
async function compared(...numbers: number[]): Promise<ComparedRun[]> {
  const runs = numbers.map((number) => sampleRun(number))
  const ask = compareAnswers(() => runs)['compare.runs']!
  return [...(await ask({ ids: runs.map(({ id }) => id) })).runs]
}

describe('the table', () => {
  const columns = compareColumns(2)
  const at = (name: string) => columns.findIndex((column) => column.name === name)

  it('makes one row of seeds, with mean, deviation and n, and unfolds it', async () => {
    const [row, ...more] = compareRows(await compared(984, 996), columns, true)
    expect(more).toEqual([])
    expect(row!.cells[at('last')]).toMatchObject({ n: 2 })
    expect(cellText(columns[at('last')]!, row!.cells[at('last')]!, 2)).toMatch(/^\d\d\.\d\d ± \d\.\d\d %$/)
    // Equal for all: no spread is written.
    expect(cellText(columns[at('parameters')]!, row!.cells[at('parameters')]!, 2)).not.toContain('±')
    expect(memberRows(row!, columns).map(({ label }) => label)).toEqual(['hrm-mnist 984 #984', 'hrm-mnist 996 #996'])
  })
  it('shows the chosen epoch, and nothing where a run has not come so far', async () => {
    const [early, run] = await compared(990, 984)
    const rows = compareRows([{ ...early!, epochs: early!.epochs.slice(0, 1) }, run!], columns, false)
    expect(rows.map(({ cells }) => cells[at('chosen')]?.mean)).toEqual([undefined, run!.run.sparkline[1]])
    expect(cellText(columns[at('chosen')]!, null, 1)).toBe('–')
  })
  it('sorts by a column, what has no number last in either direction', async () => {
    const runs = await compared(984, 991, 996)
    const rows = compareRows([...runs, { ...runs[0]!, run: sampleRun(1), epochs: [] }], columns, false)
    const order = (descending: boolean) =>
      sortRows(rows, columns, 'last', descending).map(({ cells }) => cells[at('last')]?.mean ?? null)
    const up = order(false)
    expect(up.at(-1)).toBeNull()
    expect(order(true)).toEqual([...up.slice(0, -1).toReversed(), null])
  })
  it('is copied as text, and with all digits', async () => {
    const rows = compareRows(await compared(984, 996), columns, true)
    expect(textTable(rows, columns).rows[0]!.slice(0, 2)).toEqual(['hrm-mnist 984 and 1 more', '2'])
    const { head, rows: csv } = csvTable(rows, columns)
    expect(csv[0]![head.indexOf('last')]).toBe(rows[0]!.cells[at('last')]!.mean)
    expect(csv[0]![head.indexOf('last_sd')]).toBe(rows[0]!.cells[at('last')]!.sd)
  })
})

describe('the differences', () => {
  it('have the words of the fields, and leave out what is equal when asked', async () => {
    const runs = await compared(990, 996)
    const labels = (hide: boolean) => differenceGroups(runs, hide).flatMap(({ rows }) => rows.map(({ label }) => label))
    expect(labels(true)).toEqual(['Batch', 'Seeds'])
    expect(labels(false)).toEqual(expect.arrayContaining(['Batch', 'Data hash', 'Device', 'HRM Lab']))
  })
})

describe('the axes of the overview', () => {
  it('are the fields that differ, then costs and results; a run without a value lies below', async () => {
    const [a, b] = await compared(984, 991)
    const axes = overviewAxes([a!, { ...b!, epochs: [] }])
    const keys = axes.map(({ key }) => key)
    expect(keys).toContain('model.width')
    expect(keys).not.toContain('training.seed')
    expect(axes.find(({ key }) => key === 'best')).toMatchObject({
      places: [0.5, NOWHERE],
      words: [expect.any(String), 'none'],
    })
  })
  it('are brushed by hand and by keys; every brush must hold a run', async () => {
    const axes = overviewAxes(await compared(984, 991, 990))
    const width = axes.find(({ key }) => key === 'model.width')!
    expect(width.places).toEqual([0, 1, 0])
    expect(heldRuns(axes, {}, 3)).toEqual([true, true, true])
    expect(heldRuns(axes, { 'model.width': { from: 0, to: 0.5 } }, 3)).toEqual([true, false, true])
    expect(brushBetween(0.7, 0.2)).toEqual({ from: 0.2, to: 0.7 })
    expect(brushBetween(0.5, 0.5)).toBeNull()
    const first = brushKey(null, 'ArrowDown', false)!
    expect(first).toEqual({ from: 0, to: 0.5 })
    expect(brushKey(first, 'ArrowUp', true)).toEqual({ from: 0, to: 0.55 })
    expect(brushKey(first, 'ArrowUp', false)).toEqual({ from: 0.05, to: 0.55 })
    expect(brushKey(first, 'Escape', false)).toBeNull()
    expect(brushKey(null, 'a', false)).toBeUndefined()
  })
})

describe('the scatter’s axes', () => {
  it('hold every value with some room, logarithmic where asked and possible', () => {
    const log = scatterScale([10, 1000], true)!
    expect(log.share(100)).toBeCloseTo(0.5)
    expect(log.ticks).toEqual([10, 20, 50, 100, 200, 500, 1000])
    expect(scatterScale([0, 10], true)!.share(5)).toBeCloseTo(0.5)
    expect(scatterScale([], false)).toBeNull()
    expect(scatterScale([3], false)!.share(3)).toBeCloseTo(0.5)
  })
})

describe('lineAt', () => {
  const line = (key: string, y: number): CurveLine => ({
    ...{ key, label: key, style: {} },
    points: () => [0, 10].map((x) => ({ x, y })),
  })
  const pixels = (value: number): number => 10 * value
  it('gives the nearest line in reach', () => {
    const lines = [line('low', 1), line('high', 2)]
    const at = (top: number) => lineAt(lines, { left: 50, top, x: 5 }, pixels, pixels)?.key ?? null
    expect([at(11), at(18), at(30)]).toEqual(['low', 'high', null])
  })
})

describe('Turns', () => {
  it('lets so many go on at once, in order, also after one failed', async () => {
    const turns = new Turns(2)
    const log: string[] = []
    const work = (name: string) => async () => {
      log.push(`begin ${name}`)
      await Promise.resolve()
      log.push(`end ${name}`)
      if (name === 'a') throw new Error('a failed')
    }
    const all = ['a', 'b', 'c', 'd'].map((name) => turns.take(work(name)))
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual([
      ...['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
    ])
    expect(log.indexOf('begin c')).toBeGreaterThan(Math.min(log.indexOf('end a'), log.indexOf('end b')))
    expect(log.filter((entry) => entry.startsWith('begin'))).toEqual(['begin a', 'begin b', 'begin c', 'begin d'])
  })
})
