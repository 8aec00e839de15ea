import { expect, it } from 'vitest'
import { gridAngles } from './hrm-stem'

it('turns half of the pairs with the row, half with the column, and CLS not at all', () => {
  const angles = gridAngles(2, 3, 8, 100)
  expect(angles).toHaveLength(1 + 2 * 3)
  expect(angles[0]).toEqual([0, 0, 0, 0])
  // Row 1, column 2 with two pairs each: position / 100^(i/2).
  expect(angles[6]).toEqual([1, 1 / 10, 2, 2 / 10])
  expect(angles[3]).toEqual([0, 0, 2, 2 / 10])
})
