import { expect, it } from 'vitest'
import { blockBetween, defaultConfusionLook, readConfusionLook } from './confusion-look'

it('reads a kept look, and takes what is not valid for its default', () => {
  expect(readConfusionLook(null)).toEqual(defaultConfusionLook)
  const kept = { part: 'validation', measure: 'column', order: 'cluster', dimmed: true, mutual: true }
  expect(readConfusionLook(JSON.parse(JSON.stringify(kept)))).toEqual(kept)
  expect(readConfusionLook({ part: 7, measure: 'rows', order: 'error', dimmed: 'yes' })).toEqual({
    ...defaultConfusionLook,
    order: 'error',
  })
})

it('takes a block as the classes stand', () => {
  // Order 2 0 1: from (true 2, predicted 1) to (true 0, predicted 0).
  expect(blockBetween(7, 0, [2, 0, 1])).toEqual({ truth: [2, 0], predicted: [0, 1] })
  expect(blockBetween(4, 4, [2, 0, 1])).toEqual({ truth: [1], predicted: [1] })
})
