import { describe, expect, it } from 'vitest'
import { KeyReader, keyWords, PREFIX_FOR } from './keys'
import type { KeyPress } from './keys'

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, defaultPrevented: false, target: null },
  ...more,
})
const known = ['n', '?', 'g r', 'g d', 'mod+k', 'mod+z']

describe('keys', () => {
  it('are read one by one, or two in a row within a while', () => {
    const reader = new KeyReader()
    const read = (key: string, now: number, more: Partial<KeyPress> = {}) => reader.read(press(key, more), known, now)
    expect(read('N', 0)).toBe('n')
    expect(read('?', 0, { shiftKey: true })).toBe('?')
    expect(read('g', 0)).toBeNull()
    expect(read('Shift', 1)).toBeNull()
    expect(read('r', 2)).toBe('g r')
    expect(read('r', 3)).toBeNull()
    expect(read('g', 10)).toBeNull()
    expect(read('r', 11 + PREFIX_FOR)).toBeNull()
    // What the first press did not begin is a key of its own.
    expect(read('g', 5000)).toBeNull()
    expect(read('n', 5001)).toBe('n')
  })
  it('are Ctrl or ⌘ with a letter, and nothing with other modifiers or already taken', () => {
    const reader = new KeyReader()
    const read = (key: string, more: Partial<KeyPress>) => reader.read(press(key, more), known, 0)
    expect(read('K', { ctrlKey: true })).toBe('mod+k')
    expect(read('z', { metaKey: true })).toBe('mod+z')
    expect(read('z', { ctrlKey: true, shiftKey: true })).toBeNull()
    expect(read('n', { altKey: true })).toBeNull()
    expect(read('n', { defaultPrevented: true })).toBeNull()
  })
  it('belong to the field, sheet or control that has the focus', () => {
    const within = (...selectors: string[]): KeyPress['target'] =>
      ({ closest: (asked: string) => (selectors.some((one) => asked.includes(one)) ? {} : null) }) as never
    const read = (key: string, target: KeyPress['target'], more: Partial<KeyPress> = {}) =>
      new KeyReader().read(press(key, { target, ...more }), [...known, ' '], 0)
    expect(read('n', within('textarea'))).toBeNull()
    expect(read('n', within('[role="dialog"]'))).toBeNull()
    expect(read('n', within('button'))).toBe('n')
    expect(read(' ', within('button'))).toBeNull()
    expect(read(' ', within('main'))).toBe(' ')
    expect(read('z', within('textarea'), { ctrlKey: true })).toBeNull()
    expect(read('k', within('textarea'), { ctrlKey: true })).toBe('mod+k')
  })
  it('have words', () => {
    expect(['n', ' ', 'g r', 'mod+k'].map((key) => keyWords(key, false))).toEqual(['N', 'Space', 'G then R', 'Ctrl+K'])
    expect(keyWords('mod+k', true)).toBe('⌘K')
  })
})
