import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { RecentSources } from './recent-sources'
import type { Source } from './source'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('gives what was opened last again, for a while, unless it failed or is looked at anew', async () => {
  const opened: string[] = []
  const sources = new RecentSources(async (path, coarse) => {
    opened.push(`${path} ${coarse}`)
    if (path === 'bad') throw new Error('bad')
    return { path } as Source
  })
  expect(await sources.open('a')).toBe(await sources.open('a'))
  await sources.open('a', true)
  await sources.open('a')
  expect(opened).toEqual(['a false', 'a true', 'a false'])
  await sources.openAnew('a', false)
  await sources.open('a')
  expect(opened.length).toBe(4)
  vi.advanceTimersByTime(120_000)
  await sources.open('a')
  expect(opened.length).toBe(5)
  await expect(sources.open('bad')).rejects.toThrow()
  await expect(sources.open('bad')).rejects.toThrow()
  expect(opened.length).toBe(7)
})
