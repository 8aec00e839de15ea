import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fuzzyFind, fuzzyScore } from './fuzzy'

describe('fuzzy search', () => {
  const find = (texts: string[], typed: string) => fuzzyFind(texts, typed, (text) => text, 10)

  it('finds letters in their order, and words in any', () => {
    expect(fuzzyScore('hrm-mnist', 'hmn')).not.toBeNull()
    expect(fuzzyScore('hrm-mnist', 'nmh')).toBeNull()
    expect(fuzzyScore('Go to data sets', 'sets go')).not.toBeNull()
    expect(fuzzyScore('Go to runs', 'xyz')).toBeNull()
  })
  it('takes a number as it stands', () => {
    expect(find(['run 1908', 'run 198', 'run 98'], '198')).toEqual(['run 198'])
  })
  it('puts whole words and beginnings first', () => {
    expect(find(['Search runs', 'Go to runs', 'Resume hrm-runes'], 'run')[0]).toBe('Go to runs')
    expect(find(['Pause the queue', 'Appearance', 'Go to engine'], 'gte')[0]).toBe('Go to engine')
    expect(find(['mnist', 'fashion-mnist', 'kmnist'], 'mnist')).toEqual(['mnist', 'fashion-mnist', 'kmnist'])
  })
  it('gives all, up to the limit, when nothing is typed', () => {
    expect(find(['b', 'a'], ' ')).toEqual(['b', 'a'])
    expect(fuzzyFind(['b', 'a'], '', (text) => text, 1)).toEqual(['b'])
  })
  it('finds every text by itself', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => fuzzyScore(text, text) !== null))
  })
})
