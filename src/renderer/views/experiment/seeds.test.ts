import { expect, it } from 'vitest'
import { readSeeds } from './seeds'

it('reads seeds parted by commas or spaces', () => {
  expect(readSeeds('42')).toEqual([42])
  expect(readSeeds(' 1, 2 3,')).toEqual([1, 2, 3])
  expect(readSeeds('4294967295')).toEqual([4294967295])
})

it.each([
  ['', /At least one/],
  ['1, x', /“x”/],
  ['-1', /“-1”/],
  ['4294967296', /4294967296/],
  ['7 8 7', /7 is there twice/],
  [Array.from({ length: 101 }, (_, i) => i).join(' '), /101/],
])('says what is wrong with %j', (text, said) => {
  expect(readSeeds(text)).toMatch(said)
})
