import { expect, it } from 'vitest'
import { readThreads } from './threads'

it('reads threads, or says what is wrong', () => {
  expect([readThreads(' 2 ', 4), readThreads('', 4), readThreads('64', null)]).toEqual([2, null, 64])
  for (const text of ['0', '1.5', 'two', '-1']) expect(readThreads(text, 4)).toMatch(/whole number/)
  expect(readThreads('5', 4)).toMatch(/4 cores/)
})
