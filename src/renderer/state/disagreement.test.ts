import { describe, expect, it } from 'vitest'
import { sampleRun } from '../dev/samples'
import { defaultPairLook, fittingRuns, pairOf, patternTitle, readPairLook } from './disagreement'

const runs = [
  sampleRun(1, { epochs: 0 }),
  sampleRun(2, { epochs: 3 }),
  sampleRun(3, { epochs: 3, dataSet: 'cifar10' }),
  sampleRun(5, { epochs: 2 }),
]
const look = (a: string | null, b: string | null) => ({ ...defaultPairLook, a, b })
const ids = (pair: ReturnType<typeof pairOf>) => pair && [pair.a.id, pair.b.id]

describe('the pair that is compared', () => {
  it('is what was chosen, else the first that fit: evaluated, on the same data', () => {
    expect(ids(pairOf(look(null, null), runs))).toEqual(['run-2', 'run-5'])
    expect(ids(pairOf(look('run-3', null), runs))).toEqual(['run-3', 'run-2'])
    expect(ids(pairOf(look('run-1', 'run-3'), runs))).toEqual(['run-1', 'run-3'])
    expect(ids(pairOf(look(null, 'run-2'), runs))).toEqual(['run-3', 'run-2'])
  })
  it('lets go of runs that are no longer compared; of one run there is none', () => {
    expect(ids(pairOf(look('gone', 'run-5'), runs))).toEqual(['run-2', 'run-5'])
    expect(pairOf(look(null, null), runs.slice(0, 1))).toBeNull()
    expect(ids(pairOf(look('run-1', 'run-1'), runs.slice(0, 2)))).toEqual(['run-1', 'run-2'])
  })
  it('can be widened to all evaluated runs on the same data', () => {
    expect(fittingRuns(runs[1]!, runs).map(({ id }) => id)).toEqual(['run-2', 'run-5'])
  })
})

describe('a kept choice', () => {
  it('gives what is not valid its default, part by part', () => {
    expect(readPairLook(null)).toEqual(defaultPairLook)
    expect(readPairLook({ a: 3, b: 'x', all: 1, part: 'validation', epoch: 'first', measure: 'row' })).toEqual({
      ...defaultPairLook,
      ...{ b: 'x', part: 'validation', measure: 'row' },
    })
  })
})

describe('a pattern of errors in words', () => {
  it('says who is wrong', () => {
    const titles = (names: string[], ...patterns: string[]) => patterns.map((wrong) => patternTitle(wrong, names))
    expect(titles(['A', 'B'], '00', '10', '01', '11')).toEqual([
      'Both right',
      'Only A wrong',
      'Only B wrong',
      'Both wrong',
    ])
    expect(titles(['x', 'y', 'z', 'u', 'v'], '00000', '01000', '11011', '10100', '11100', '11111')).toEqual([
      'All right',
      'Only y wrong',
      'Only z right',
      'x and z wrong',
      '3 of 5 wrong',
      'All wrong',
    ])
  })
})
