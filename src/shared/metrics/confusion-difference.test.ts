import { describe, expect, it } from 'vitest'
import { LabError } from '../errors'
import { Random } from '../random/philox'
import { classDifferences, confusionDifference } from './confusion-difference'

// Rows are true classes: cat, dog.
const a = { classes: 2, counts: Uint32Array.of(8, 2, 1, 9) }
const b = { classes: 2, counts: Uint32Array.of(6, 4, 3, 7) }

describe('A − B', () => {
  it('has the numbers computed by hand', () => {
    expect([...confusionDifference(a, b, 'count')]).toEqual([2, -2, -2, 2])
    const shares = [...confusionDifference(a, b, 'row')]
    ;[0.2, -0.2, -0.2, 0.2].forEach((share, cell) => expect(shares[cell]).toBeCloseTo(share, 14))
    const [cat, dog] = classDifferences(a, b)
    // Cat: precision 8/9 and 6/9, recall 8/10 and 6/10, F1 16/19 and 12/19.
    expect(cat!.precision).toBeCloseTo(2 / 9, 14)
    expect(cat!.recall).toBeCloseTo(0.2, 14)
    expect(cat!.f1).toBeCloseTo(4 / 19, 14)
    // Dog: precision 9/11 and 7/11, recall 9/10 and 7/10, F1 18/21 and 14/21.
    expect(dog!.precision).toBeCloseTo(2 / 11, 14)
    expect(dog!.f1).toBeCloseTo(4 / 21, 14)
  })

  it('turns its sign with its sides and is 0 of equals; on the same images every row sums to 0', () => {
    const random = new Random(12)
    const [labels, one, two] = [0, 1, 2].map(() => Array.from({ length: 300 }, () => random.below(5)))
    const count = (guesses: readonly number[]) => {
      const counts = new Uint32Array(25)
      labels!.forEach((label, i) => counts[5 * label + guesses[i]!]!++)
      return { classes: 5, counts }
    }
    const [x, y] = [count(one!), count(two!)]
    const difference = confusionDifference(x, y, 'count')
    expect([...confusionDifference(y, x, 'count')]).toEqual([...difference].map((value) => 0 - value))
    expect(confusionDifference(x, x, 'row').every((value) => value === 0)).toBe(true)
    for (let row = 0; row < 5; row++)
      expect(difference.subarray(5 * row, 5 * row + 5).reduce((sum, value) => sum + value, 0)).toBe(0)
  })

  it('refuses matrices of different classes', () => {
    const three = { classes: 3, counts: new Uint32Array(9) }
    expect(() => confusionDifference(a, three, 'count')).toThrow(LabError)
    expect(() => classDifferences(a, three)).toThrow(LabError)
  })
})
