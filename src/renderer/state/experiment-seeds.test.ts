import { expect, it } from 'vitest'
import { readSeeds } from './experiment-seeds'

it('reads seeds parted by commas or spaces', () => {
  expect(readSeeds('42')).toEqual([42])
  expect(readSeeds(' 1, 2 3,')).toEqual([1, 2, 3])
  expect(readSeeds('4294967295')).toEqual([4294967295])
})

it('counts seeds from a first one', () => {
  expect(readSeeds('5 seeds from 42')).toEqual([42, 43, 44, 45, 46])
  expect(readSeeds(' 2 from 0 ')).toEqual([0, 1])
  expect(readSeeds('1 seed from 7')).toEqual([7])
})

it.each([
  ['0 seeds from 3', /At least one/],
  ['101 from 3', /101/],
  ['2 seeds from 4294967295', /larger/],
  ['5 seeds', /“seeds”/],
  ['', /At least one/],
  ['1, x', /“x”/],
  ['-1', /“-1”/],
  ['4294967296', /4294967296/],
  ['7 8 7', /7 is there twice/],
  [Array.from({ length: 101 }, (_, i) => i).join(' '), /101/],
])('says what is wrong with %j', (text, said) => {
  expect(readSeeds(text)).toMatch(said)
})
