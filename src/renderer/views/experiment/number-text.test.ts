import { describe, expect, it } from 'vitest'
import { allFields } from '../../../shared/experiment/fields'
import { formatAbout, numberText, readNumber, stepped } from './number-text'

const field = (path: string) => allFields().find((one) => one.path === path)!

it.each([
  ['3e-4', 3e-4],
  [' 60 000 ', 60_000],
  ['60\u2009000', 60_000],
  ['0,5', 0.5],
  ['-2', -2],
  ['1e', '1e'],
  ['0x10', '0x10'],
  ['Infinity', 'Infinity'],
  ['', ''],
])('reads %j', (text, value) => expect(readNumber(text, false)).toBe(value))

it('takes an empty text for none where none is allowed', () => {
  expect(readNumber(' ', true)).toBeNull()
  expect(numberText(null)).toBe('')
  expect(numberText(3e-4)).toBe('0.0003')
  expect(numberText('1e')).toBe('1e')
})

describe('an arrow key', () => {
  it.each([
    ['model.width', 128, 144, 112],
    ['model.width', 100, 112, 96],
    ['training.epochs', 1, 2, 1],
    ['training.batch', 128, 256, 64],
    ['training.batch', 100, 128, 64],
    ['training.batch', 1, 2, 1],
    ['training.learningRate', 1e-3, 2e-3, 5e-4],
    ['training.learningRate', 3e-4, 5e-4, 2e-4],
    ['training.labelSmoothing', 0.1, 0.15, 0.05],
    ['training.labelSmoothing', 0, 0.05, 0],
    ['training.weightDecay', 0, 1e-4, 0],
    ['model.dropout', 0.95, 0.95, 0.9],
  ])('of %s goes from %d to %d and %d', (path, value, up, down) => {
    expect(stepped(field(path), value, 1)).toBe(up)
    expect(stepped(field(path), value, -1)).toBe(down)
  })
})

it.each([
  [0.2, 'less than 1 s'],
  [42.4, '42 s'],
  [1380, '23 min'],
  [4080, '1 h 8 min'],
  [7200, '2 h'],
  [3599, '1 h'],
  [273_600, '3 d 4 h'],
])('says %d seconds as %s', (seconds, words) => expect(formatAbout(seconds)).toBe(words))
