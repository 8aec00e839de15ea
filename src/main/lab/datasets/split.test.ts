import { expect, test } from 'vitest'
import type { PartName } from '../../../shared/data/dataset'
import { cutPart } from './split'

const labels = Array.from({ length: 111 }, (_, i) => (i < 100 ? 0 : i < 110 ? 1 : 2))
const cut = (seed: number, share = 0.2): PartName[] => {
  const parts = labels.map((): PartName => 'train')
  cutPart(parts, labels, 3, 'test', share, seed)
  return parts
}
const tested = (parts: PartName[], label: number): number =>
  parts.filter((p, i) => p === 'test' && labels[i] === label).length

test('every class gives its share; a class of one image keeps it', () => {
  expect([0, 1, 2].map((label) => tested(cut(7), label))).toEqual([20, 2, 0])
})

test('at least one is moved and at least one stays', () => {
  expect(tested(cut(7, 0.001), 1)).toBe(1)
  expect(tested(cut(7, 0.999), 1)).toBe(9)
})

test('the seed decides', () => {
  expect(cut(1)).toEqual(cut(1))
  expect(cut(1)).not.toEqual(cut(2))
})

test('a second cut takes from the training part only', () => {
  const parts = cut(3)
  const before = parts.map((p) => p === 'test')
  cutPart(parts, labels, 3, 'validation', 0.25, 3)
  expect(parts.map((p) => p === 'test')).toEqual(before)
  expect(parts.filter((p) => p === 'validation')).toHaveLength(20 + 2)
})
