import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LabError } from '../errors'
import { classReport, confusedPairs, confusionMatrix, mutualPairs, normaliseConfusion } from './confusion'

const images = fc.integer({ min: 2, max: 6 }).chain((classes) =>
  fc.record({
    classes: fc.constant(classes),
    pairs: fc.array(fc.tuple(fc.nat(classes - 1), fc.nat(classes - 1)), { maxLength: 80 }),
  }),
)
const matrixOf = ({ classes, pairs }: { classes: number; pairs: [number, number][] }) =>
  confusionMatrix(
    pairs.map(([truth]) => truth),
    pairs.map(([, predicted]) => predicted),
    classes,
  )

/** True 0: 3 right, 1 as 1. True 1: 2 as 0, 2 right. True 2: 1 as 0; never predicted. Class 3 does not occur. */
const example = confusionMatrix([0, 0, 0, 0, 1, 1, 1, 1, 2], [0, 0, 0, 1, 0, 0, 1, 1, 0], 4)

describe('the confusion matrix', () => {
  it('counts each (true, predicted) pair', () => {
    expect([...example.counts]).toEqual([3, 1, 0, 0, 2, 2, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    fc.assert(
      fc.property(images, (given) => {
        const { classes, counts } = matrixOf(given)
        counts.forEach((count, cell) => {
          const same = ([t, p]: [number, number]) => t * classes + p === cell
          expect(count).toBe(given.pairs.filter(same).length)
        })
      }),
    )
  })

  it.each([
    [[0], [0, 1]],
    [[4], [0]],
    [[0], [4]],
    [[-1], [0]],
  ])('refuses labels %j with predictions %j', (labels, predicted) => {
    expect(() => confusionMatrix(labels, predicted, 4)).toThrow(LabError)
  })

  it('as shares adds up to 1 by row, by column and in all; empty ones are 0', () => {
    expect([...normaliseConfusion(example, 'row')].slice(0, 4)).toEqual([0.75, 0.25, 0, 0])
    fc.assert(
      fc.property(images, (given) => {
        const matrix = matrixOf(given)
        const { classes: k } = matrix
        const [rows, columns, total] = (['row', 'column', 'total'] as const).map((by) => [
          ...normaliseConfusion(matrix, by),
        ])
        const sum = (list: number[]) => list.reduce((a, b) => a + b, 0)
        for (let c = 0; c < k; c++) {
          const row = rows!.slice(c * k, c * k + k)
          const column = columns!.filter((_, cell) => cell % k === c)
          expect(sum(row)).toBeCloseTo(given.pairs.some(([t]) => t === c) ? 1 : 0, 9)
          expect(sum(column)).toBeCloseTo(given.pairs.some(([, p]) => p === c) ? 1 : 0, 9)
        }
        expect(sum(total!)).toBeCloseTo(given.pairs.length > 0 ? 1 : 0, 9)
      }),
    )
  })
})

describe('confused pairs', () => {
  it('are ranked by count, then share', () => {
    expect(confusedPairs(example)).toEqual([
      { truth: 1, predicted: 0, count: 2, share: 0.5 },
      { truth: 2, predicted: 0, count: 1, share: 1 },
      { truth: 0, predicted: 1, count: 1, share: 0.25 },
    ])
    expect(mutualPairs(example)).toEqual([
      { a: 0, b: 1, count: 3, aAsB: 1, bAsA: 2, share: 3 / 8 },
      { a: 0, b: 2, count: 1, aAsB: 0, bAsA: 1, share: 1 / 5 },
    ])
  })

  it('hold every error exactly once, directed and both ways', () => {
    fc.assert(
      fc.property(images, (given) => {
        const errors = given.pairs.filter(([truth, predicted]) => truth !== predicted).length
        for (const pairs of [confusedPairs(matrixOf(given)), mutualPairs(matrixOf(given))]) {
          expect(pairs.reduce((sum, pair) => sum + pair.count, 0)).toBe(errors)
          expect(pairs.every((pair, i) => i === 0 || pairs[i - 1]!.count >= pair.count)).toBe(true)
        }
      }),
    )
  })
})

describe('the class report', () => {
  it('gives the textbook numbers, and 0 over nothing', () => {
    const { classes, accuracy, images, macro } = classReport(example)
    expect(classes[0]).toEqual({ class: 0, precision: 0.5, recall: 0.75, f1: 0.6, support: 4, predicted: 6 })
    expect(classes[2]).toEqual({ class: 2, precision: 0, recall: 0, f1: 0, support: 1, predicted: 0 })
    expect([accuracy, images]).toEqual([5 / 9, 9])
    // Over the three classes that occur.
    expect(macro.precision).toBeCloseTo((0.5 + 2 / 3) / 3, 12)
    expect(macro.recall).toBeCloseTo((0.75 + 0.5) / 3, 12)
    expect(macro.f1).toBeCloseTo((0.6 + 4 / 7) / 3, 12)
  })

  it('has F1 between precision and recall, and accuracy as the support-weighted recall', () => {
    fc.assert(
      fc.property(images, (given) => {
        const report = classReport(matrixOf(given))
        for (const { precision, recall, f1 } of report.classes) {
          expect(f1).toBeLessThanOrEqual(Math.max(precision, recall) + 1e-12)
          expect(f1).toBeGreaterThanOrEqual(Math.min(precision, recall) - 1e-12)
        }
        const right = report.classes.reduce((sum, row) => sum + row.recall * row.support, 0)
        expect(report.accuracy * report.images).toBeCloseTo(right, 9)
      }),
    )
  })
})
