import { expect, it } from 'vitest'
import { orderClasses } from './confusion-order'

const of = (rows: readonly (readonly number[])[]) => ({ classes: rows.length, counts: Uint32Array.from(rows.flat()) })

it('orders by label and by the share that is wrong', () => {
  // Wrong: 1/4, none of none, 2/4, 1/4.
  const confusion = of([
    [3, 1, 0, 0],
    [0, 0, 0, 0],
    [1, 1, 2, 0],
    [0, 0, 1, 3],
  ])
  expect(orderClasses(confusion, 'label')).toEqual([0, 1, 2, 3])
  expect(orderClasses(confusion, 'error')).toEqual([2, 0, 3, 1])
})

it('puts next to each other what is taken for each other', () => {
  // Likeness, of 10 images each: 1–4 0.5 + 0.3, 4–2 0.4, 0–3 0.2, 1–2 0.1 (would close a ring); 5 is confused with none.
  const confusion = of([
    [8, 0, 0, 2, 0, 0],
    [0, 5, 0, 0, 5, 0],
    [0, 1, 9, 0, 0, 0],
    [0, 0, 0, 10, 0, 0],
    [0, 3, 4, 0, 3, 0],
    [0, 0, 0, 0, 0, 10],
  ])
  expect(orderClasses(confusion, 'cluster')).toEqual([1, 4, 2, 0, 3, 5])
})

it('links a class to two others at most', () => {
  // 0–1 0.4, 0–2 0.3, 0–3 0.2, 3–2 0.1: 3 joins at the free end of 2.
  const confusion = of([
    [1, 4, 3, 2],
    [0, 10, 0, 0],
    [0, 0, 10, 0],
    [0, 0, 1, 9],
  ])
  expect(orderClasses(confusion, 'cluster')).toEqual([1, 0, 2, 3])
})

it('keeps the labels where nothing is confused, or there is nothing', () => {
  const right = of([
    [2, 0, 0],
    [0, 2, 0],
    [0, 0, 0],
  ])
  expect(orderClasses(right, 'cluster')).toEqual([0, 1, 2])
  expect(orderClasses(of([]), 'cluster')).toEqual([])
})

it('orders a thousand classes without losing one', () => {
  const k = 1000
  const counts = new Uint32Array(k * k)
  for (let cell = 0; cell < k * k; cell++) counts[cell] = (cell * 7919) % 97 === 0 ? cell % 13 : 0
  expect(orderClasses({ classes: k, counts }, 'cluster').toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: k }, (_, i) => i),
  )
})
