import { describe, expect, it } from 'vitest'
import { Random } from '../random/philox'
import { errorPatterns } from './error-patterns'

describe('error patterns', () => {
  it('are those counted by hand', () => {
    const labels = [0, 0, 1, 1, 1, 0]
    const a = [0, 1, 1, 0, 0, 0]
    const b = [0, 1, 0, 1, 1, 0]
    const { patterns, ofImage } = errorPatterns(labels, [a, b], 2)
    expect(patterns).toEqual([
      { wrong: '00', images: 2, byClass: [2, 0] },
      { wrong: '10', images: 2, byClass: [0, 2] },
      { wrong: '01', images: 1, byClass: [0, 1] },
      { wrong: '11', images: 1, byClass: [1, 0] },
    ])
    expect([...ofImage].map((place) => patterns[place]!.wrong)).toEqual(['00', '11', '01', '10', '10', '00'])
  })

  it('of two runs are all four, of more all right and all wrong, even without images', () => {
    expect(errorPatterns([0], [[0], [0]], 1).patterns.map(({ wrong }) => wrong)).toEqual(['00', '01', '10', '11'])
    const three = errorPatterns([0, 0], [[0, 1], [1, 1], [1, 0]], 2).patterns // prettier-ignore
    expect(three.map(({ wrong, images }) => [wrong, images])).toEqual([
      ['011', 1],
      ['110', 1],
      ['000', 0],
      ['111', 0],
    ])
  })

  it('name for every image exactly the runs that err on it, for any number of runs', () => {
    const random = new Random(11)
    for (const runs of [2, 3, 10, 40]) {
      const draw = () => Array.from({ length: 200 }, () => random.below(3))
      const labels = draw()
      const predicted = Array.from({ length: runs }, () =>
        labels.map((label) => (random.below(4) ? label : random.below(3))),
      )
      const { patterns, ofImage } = errorPatterns(labels, predicted, 3)
      labels.forEach((label, i) => {
        const wrong = predicted.map((guesses) => (guesses[i] === label ? '0' : '1')).join('')
        expect(patterns[ofImage[i]!]!.wrong).toBe(wrong)
      })
      expect(patterns.reduce((sum, { images }) => sum + images, 0)).toBe(200)
      for (const { images, byClass } of patterns) expect(byClass.reduce((sum, n) => sum + n, 0)).toBe(images)
    }
  })
})
