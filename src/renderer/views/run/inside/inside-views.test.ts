import { describe, expect, it } from 'vitest'
import type { ClassMapView, RecurrenceView } from '../../../../shared/contract/inside'
import {
  attentionGrid,
  cellWords,
  classMapGrid,
  movesSummary,
  predictedAfter,
  probabilitiesOf,
  probabilitySummary,
  segmentMarks,
  segmentRole,
  shownClasses,
  stepPlaces,
} from './inside-views'

/** Two segments, three classes, one layer of two heads over 1 × 2 cells; attention counts up so that each is told apart. */
const view: RecurrenceView = {
  ...{ kind: 'recurrence', classes: 3, segments: 2, answer: 2, trained: 1, evaluated: 2 },
  probabilities: [0.2, 0.7, 0.1, 0.6, 0.3, 0.1],
  moves: { low: [1.5, 0.5, 0.25, 0.1], high: [0.8, 0.02] },
  steps: { low: 2, high: 1 },
  attention: Array.from({ length: 2 * 2 * 1 * 2 * 3 }, (_, i) => i),
  shape: { layers: 1, heads: 2, rows: 1, columns: 2 },
}

describe('attentionGrid', () => {
  it('finds segment, module, layer and head, and parts CLS from the cells', () => {
    const first = attentionGrid(view, { segment: 0, module: 'low', layer: 0, head: 0 })
    expect(first).toEqual({ itself: 0, grid: { rows: 1, columns: 2, values: [1, 2] } })
    expect(attentionGrid(view, { segment: 1, module: 'high', layer: 0, head: 1 }).grid.values).toEqual([22, 23])
  })

  it('means over heads where none is chosen', () => {
    const mean = attentionGrid(view, { segment: 0, module: 'high', layer: 0, head: null })
    expect(mean).toEqual({ itself: 7.5, grid: { rows: 1, columns: 2, values: [8.5, 9.5] } })
  })
})

it('takes the map of one class', () => {
  const map: ClassMapView = {
    ...{ kind: 'class-map', classes: 2, probabilities: [0.5, 0.5], rows: 1, columns: 2 },
    maps: [1, 2, 3, null],
  }
  expect(classMapGrid(map, 1)).toEqual({ rows: 1, columns: 2, values: [3, 0] })
})

it('names cells as people count', () => {
  expect(cellWords({ rows: 3, columns: 4, values: [] }, 6)).toBe('row 2, column 3')
})

describe('probabilities', () => {
  it('are told by class and by segment', () => {
    expect(probabilitiesOf(view, 1)).toEqual([0.7, 0.3])
    expect([predictedAfter(view, 0), predictedAfter(view, 1)]).toEqual([1, 0])
    expect(shownClasses(view, 2, 2)).toEqual([2, 1])
  })

  it('are told in words, with every change of the answer', () => {
    expect(probabilitySummary(view, 0, ['cat', 'dog', 'owl'])).toBe(
      'True class cat. After segment 1 the answer is dog (70.0 %, wrong); from segment 2 on cat (60.0 %, right).',
    )
    const steady = { ...view, probabilities: [1, 0, 0, 1, 0, 0] }
    expect(probabilitySummary(steady, 0, ['cat', 'dog', 'owl'])).toContain('it stays so to the last')
  })
})

it('places steps on an axis of segments', () => {
  expect(stepPlaces(2, 2)).toEqual([0.5, 1, 1.5, 2])
  expect(movesSummary(view)).toContain('z_H moves by 80.0 % in its first step and by 2.0 % in its last')
})

it('marks the segments a run trains with and is evaluated after', () => {
  expect([1, 2, 3].map((segment) => segmentRole(segment, 1, 2))).toEqual(['trained', 'evaluated', null])
  expect(segmentMarks(2, 2)).toEqual([{ x: 2, label: 'trained and evaluated' }])
  expect(segmentMarks(2, 3)).toHaveLength(2)
})
