import type { Chart } from 'chart.js'
import { describe, expect, it } from 'vitest'
import type { CurveLine } from './curve-lines'
import { traces } from './traces'

/** A context that notes what is drawn. */
function notes() {
  const calls: string[] = []
  const note =
    (name: string) =>
    (...args: number[]): void =>
      void calls.push(`${name} ${args.map((value) => Math.round(value)).join(' ')}`.trim())
  const ctx = {
    ...{ save: note('save'), restore: note('restore'), beginPath: () => undefined, rect: note('rect') },
    ...{ clip: note('clip'), moveTo: note('move'), lineTo: note('line'), setLineDash: () => undefined },
    ...{ closePath: () => undefined, fill: () => void calls.push('fill') },
    stroke: () => void calls.push(`stroke ${ctx.strokeStyle}`),
    strokeStyle: '',
  }
  return { calls, ctx }
}

const line = (key: string, order: number, points: [number, number][]): CurveLine => ({
  ...{ key, label: key, style: { borderColor: key, borderWidth: 1, order } },
  points: () => points.map(([x, y]) => ({ x, y })),
})
const area = { left: 10, right: 110, top: 0, bottom: 100 }

function draw(lines: CurveLine[], y: { min: number; max: number; type: string }): string[] {
  const { calls, ctx } = notes()
  const made = traces()
  made.lines = lines
  const chart = { ctx, chartArea: area, scales: { x: { min: 0, max: 10, type: 'linear' }, y } }
  made.plugin.beforeDatasetsDraw!(chart as unknown as Chart<'line'>, { cancelable: true }, {})
  return calls
}

describe('traces', () => {
  it('lie where the axes say, inside of the chart, the last in order first', () => {
    const calls = draw(
      [
        line('front', 0, [
          [0, 0],
          [10, 50],
        ]),
        line('back', 2, [[5, 100]]),
      ],
      { min: 0, max: 100, type: 'linear' },
    )
    expect(calls).toEqual([
      ...['save', 'rect 10 0 100 100', 'clip'],
      ...['move 60 0', 'stroke back', 'move 10 100', 'line 110 50', 'stroke front', 'restore'],
    ])
  })

  it('are of what is in sight and one point on either side', () => {
    const points = [-30, -20, -10, 4, 6, 20, 30].map((x): [number, number] => [x, 50])
    const calls = draw([line('zoomed', 0, points)], { min: 0, max: 100, type: 'linear' })
    expect(calls.slice(3, -2)).toEqual(['move -90 50', 'line 50 50', 'line 70 50', 'line 210 50'])
    const between = draw([line('between', 0, [points[2]!, points[5]!])], { min: 0, max: 100, type: 'linear' })
    expect(between.slice(3, -2)).toEqual(['move -90 50', 'line 210 50'])
  })

  it('leave a gap where a logarithmic axis has no place', () => {
    const points: [number, number][] = [
      [0, 1],
      [2, 10],
      [4, 0],
      [6, 100],
    ]
    const calls = draw([line('a', 0, points)], { min: 1, max: 100, type: 'logarithmic' })
    expect(calls.slice(3, -2)).toEqual(['move 10 100', 'line 30 50', 'move 70 0'])
  })
})

describe('bands', () => {
  it('are filled around a line, also where its points are marked', () => {
    const band = () => [
      { x: 0, low: 0, high: 5 },
      { x: 10, low: 5, high: 10 },
    ]
    const calls = draw([{ ...line('red', 0, [[0, 2]]), marked: true, band }], { min: 0, max: 10, type: 'linear' })
    expect(calls.filter((call) => call.startsWith('line'))).toEqual([
      'line 10 50',
      'line 110 0',
      'line 110 50',
      'line 10 100',
    ])
    expect(calls).toContain('fill')
    expect(calls.some((call) => call.startsWith('stroke'))).toBe(false)
  })
})
