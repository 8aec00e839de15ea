import { expect, it } from 'vitest'
import { THIN_SPACE } from '../../../../shared/charts/format'
import { blockWords, cellText, cellWords } from './words'

const classes = ['dog', 'cat', 'frog']
const confusion = { classes: 3, counts: Uint32Array.of(829, 171, 0, 1, 1999, 0, 0, 0, 0) }

it('reads a cell out', () => {
  expect(cellWords(1, classes, confusion, null)).toBe('true dog, predicted cat, 171 images, 17.1 % of true dog')
  expect(cellWords(3, classes, confusion, { classes: 3, counts: Uint32Array.of(0, 0, 0, 8) })).toBe(
    'true cat, predicted dog, 1 image, 0.1 % of true cat, published 8',
  )
  expect(cellWords(8, classes, confusion, null)).toBe('true frog, predicted frog, 0 images')
})

it('reads a block out', () => {
  expect(blockWords({ truth: [1], predicted: [0, 1, 2] }, classes, confusion)).toBe(
    `true cat, predicted any, 2${THIN_SPACE}000 images`,
  )
  expect(blockWords({ truth: [0, 1], predicted: [2, 0] }, classes, confusion)).toBe(
    'true dog or cat, predicted frog or dog, 830 images',
  )
})

it('writes a cell short', () => {
  expect(cellText(1234, 'count')).toBe(`1${THIN_SPACE}234`)
  expect([0, 0.0004, 0.0123, 0.0994, 0.0996, 1].map((share) => cellText(share, 'row'))).toEqual([
    ...['', '<0.1', '1.2', '9.9', '10', '100'],
  ])
})
