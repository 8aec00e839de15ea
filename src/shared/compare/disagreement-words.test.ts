import { describe, expect, it } from 'vitest'
import type { SeedTest } from '../contract/disagreement'
import { exactMcNemar } from '../statistics/mcnemar'
import { pairedT } from '../statistics/paired-t'
import {
  chanceWords,
  chosenNote,
  mcNemarSentence,
  pointsText,
  probabilityText,
  seedSentence,
} from './disagreement-words'

describe('a test in one plain sentence', () => {
  it('names the one that errs more often first', () => {
    const words =
      'B errs on 171 images that A gets right, A on 120 that B gets right: were both equally good, a difference this ' +
      'large would come by chance in 0.3 % of cases (exact McNemar test, n\u00a0=\u00a0291, p\u00a0=\u00a00.00331).'
    expect(mcNemarSentence(exactMcNemar(120, 171))).toBe(words)
    expect(mcNemarSentence(exactMcNemar(171, 120), ['B', 'A'])).toBe(words)
  })
  it('says where there is nothing to test', () => {
    expect(mcNemarSentence(exactMcNemar(0, 0))).toContain('nothing to test')
    expect(mcNemarSentence(exactMcNemar(1, 1))).toContain(
      'each err on 1 image that the other gets right: no difference',
    )
  })

  const seeds = (a: readonly number[], b: readonly number[], runs = a.length): SeedTest => ({
    ...{ a: { label: 'a', runs }, b: { label: 'b', runs }, sameGroup: false },
    pairs: a.map((accuracy, i) => ({ seed: i + 1, a: accuracy, b: b[i]! })),
    test: pairedT(a, b),
  })
  it('tells of seeds, the better one first, with the interval', () => {
    const words = seedSentence(seeds([0.9, 0.91, 0.93], [0.92, 0.94, 0.94]))
    expect(words).toMatch(/^Over 3 seeds B is right on 2\.00 percentage points more images than A/)
    expect(words).toContain('−0.48 to +4.48')
    expect(words).toContain('paired t test, t\u00a0=\u00a03.46, df\u00a0=\u00a02')
  })
  it('says what cannot be said', () => {
    expect(seedSentence(seeds([0.9], [0.8], 2))).toMatch(
      /^Only seed 1 was trained with both \(n\u00a0=\u00a01\).*cannot be said/,
    )
    expect(seedSentence(seeds([0.9], [0.8]))).toMatch(/^Seeds were not repeated .*cannot be said/)
    expect(seedSentence(seeds([], [], 1))).toMatch(/^Seeds were not repeated \(n\u00a0=\u00a01 each\)/)
    expect(seedSentence(seeds([], [], 3))).toMatch(/^No seed was trained with both/)
    expect(seedSentence(seeds([0.5, 0.75], [0.25, 0.5]))).toContain('nothing to test')
    expect(seedSentence({ ...seeds([], []), sameGroup: true })).toContain('differ by their seed alone')
  })
  it('warns where the epoch was chosen on the images it is tested on', () => {
    expect(chosenNote([{ chosen: 'best on test' }], 'test')).toContain('test images')
    expect(chosenNote([{ chosen: 'best on validation' }], 'test')).toBeNull()
  })
  it('writes probabilities and points as people read them', () => {
    expect([0.5, 0.0312, 0.0031, 1e-9].map(chanceWords)).toEqual(['50 %', '3.1 %', '0.3 %', 'fewer than 0.01 %'])
    expect([0.5, 0.03456, 1.234e-7, 0].map(probabilityText)).toEqual([
      'p\u00a0=\u00a00.5',
      'p\u00a0=\u00a00.0346',
      'p\u00a0=\u00a01.2e-7',
      'p\u00a0<\u00a01e-300',
    ])
    expect([0.0123, -0.5, 0, -1e-9].map((x) => pointsText(x))).toEqual(['+1.23', '−50.00', '0.00', '0.00'])
  })
})
