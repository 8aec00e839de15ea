import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import { millimetres, portNumber, positiveInteger, positiveNumber, seeds, share } from './arguments'

describe('arguments', () => {
  it.each(['', '0x', 'wide', '85x', 'x60', '-85'])('%j is no size in millimetres', (text) => {
    expect(() => millimetres(text)).toThrow(InvalidArgumentError)
  })
  it.each(['0', '-1', '1.5', 'many', ''])('%j is no whole number from 1', (text) => {
    expect(() => positiveInteger(text)).toThrow(InvalidArgumentError)
  })
  it('reads whole numbers, seeds and shares', () => {
    expect(positiveInteger('12')).toBe(12)
    expect(seeds('1,2, 4294967295')).toEqual([1, 2, 4294967295])
    expect(share('0.1')).toBe(0.1)
    expect(positiveNumber('8.5')).toBe(8.5)
    expect(['85', '85x60', '90×55.5mm'].map(millimetres)).toEqual([
      { width: 85 },
      { width: 85, height: 60 },
      { width: 90, height: 55.5 },
    ])
    expect(['0', '8420', '65535'].map(portNumber)).toEqual([0, 8420, 65535])
  })
  it.each(['', '-1', '65536', '1e3', '0x50', ' 80'])('%j is no port', (text) => {
    expect(() => portNumber(text)).toThrow(InvalidArgumentError)
  })
  it.each(['1,', '', '4294967296', '-1', 'a'])('%j is no list of seeds', (text) => {
    expect(() => seeds(text)).toThrow(InvalidArgumentError)
  })
  it.each(['0', '1', '2', 'half'])('%j is no share between 0 and 1', (text) => {
    expect(() => share(text)).toThrow(InvalidArgumentError)
  })
})
