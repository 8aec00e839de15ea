import { describe, expect, it } from 'vitest'
import { Random, philoxBlock } from './philox'

const hex = (words: Uint32Array): string => [...words].map((w) => w.toString(16).padStart(8, '0')).join(' ')

describe('Philox4x32-10', () => {
  it('gives the known answers of the Random123 distribution', () => {
    expect(hex(philoxBlock([0, 0, 0, 0], [0, 0]))).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8')
    const ones = 0xffffffff
    expect(hex(philoxBlock([ones, ones, ones, ones], [ones, ones]))).toBe('408f276d 41c83b0e a20bc7c6 6d5451fd')
    expect(hex(philoxBlock([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]))).toBe(
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    )
  })
})

describe('Random', () => {
  it('goes on exactly from a kept state', () => {
    const random = new Random(42, 7)
    for (let i = 0; i < 13; i++) random.uint32()
    const resumed = Random.from(JSON.parse(JSON.stringify(random.state())))
    expect(Array.from({ length: 9 }, () => resumed.normal())).toEqual(Array.from({ length: 9 }, () => random.normal()))
  })

  it('shuffles into a permutation that depends on seed and stream', () => {
    const order = (seed: number, stream: number): number[] => [
      ...new Random(seed, stream).shuffle(Uint32Array.from({ length: 50 }, (_, i) => i)),
    ]
    expect([...order(1, 0)].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(order(1, 0)).toEqual(order(1, 0))
    expect(order(1, 0)).not.toEqual(order(1, 1))
    expect(order(1, 0)).not.toEqual(order(2, 0))
  })

  it('draws normals of mean 0 and sd 1, truncated ones of sd 0.8796 within ±2', () => {
    const random = new Random(3)
    const sd = (draw: () => number): { mean: number; sd: number; max: number } => {
      const values = Array.from({ length: 40000 }, draw)
      const mean = values.reduce((a, b) => a + b) / values.length
      return {
        mean,
        sd: Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length),
        max: Math.max(...values.map(Math.abs)),
      }
    }
    const normal = sd(() => random.normal())
    expect(normal.mean).toBeCloseTo(0, 1)
    expect(normal.sd).toBeCloseTo(1, 1)
    const cut = sd(() => random.truncatedNormal())
    expect(cut.sd).toBeCloseTo(0.8796, 2)
    expect(cut.max).toBeLessThanOrEqual(2)
  })

  it('refuses a seed that is not an unsigned 32-bit integer', () => {
    expect(() => new Random(-1)).toThrow(RangeError)
    expect(() => new Random(1.5)).toThrow(/whole number/)
  })
})
