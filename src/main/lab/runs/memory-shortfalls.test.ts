import { expect, it } from 'vitest'
import type { Settings } from '../../store/queries/settings'
import { MemoryShortfalls } from './memory-shortfalls'

const GB = 1e9

function settings(): Settings {
  const values = new Map<string, unknown>()
  const fake = {
    get: (key: string) => values.get(key) ?? null,
    set: (key: string, value: unknown) => void values.set(key, value),
  }
  return fake as unknown as Settings
}

it('expects more of a family after one of it did not fit', () => {
  const shortfalls = new MemoryShortfalls(settings())
  expect(shortfalls.corrected('hrm', 6 * GB)).toBe(6 * GB)
  shortfalls.remember('hrm', 6 * GB, 8 * GB)
  // It would have been warned of: more than the machine has.
  expect(shortfalls.corrected('hrm', 6 * GB)).toBe(8.4 * GB)
  expect(shortfalls.corrected('hrm', 3 * GB)).toBe(4.2 * GB)
  expect(shortfalls.corrected('cnn', 6 * GB)).toBe(6 * GB)
  shortfalls.remember('hrm', 7.9 * GB, 8 * GB)
  expect(shortfalls.corrected('hrm', 6 * GB)).toBe(8.4 * GB)
})

it('does not expect less where the estimate had warned', () => {
  const shortfalls = new MemoryShortfalls(settings())
  shortfalls.remember('hrm', 20 * GB, 8 * GB)
  expect(shortfalls.corrected('hrm', 20 * GB)).toBe(20 * GB)
})

it('forgets when one as large fits', () => {
  const shortfalls = new MemoryShortfalls(settings())
  shortfalls.remember('hrm', 6 * GB, 8 * GB)
  shortfalls.forget('hrm', 5 * GB)
  expect(shortfalls.corrected('hrm', 6 * GB)).toBe(8.4 * GB)
  shortfalls.forget('hrm', 6 * GB)
  expect(shortfalls.corrected('hrm', 6 * GB)).toBe(6 * GB)
})
