import { describe, expect, it } from 'vitest'
import { contrast, luminance } from './color'
import { divergingPalette, divergingStep, DIVERGING_STEPS } from './diverging'
import { readableOn, themes } from './theme'

const middle = (DIVERGING_STEPS - 1) / 2

describe('the diverging map', () => {
  it('is the ground at 0 and only there, and as strong on one side as on the other', () => {
    for (const theme of [themes.light, themes.dark]) {
      const palette = divergingPalette(theme)
      expect(palette).toHaveLength(DIVERGING_STEPS)
      expect(palette[middle]).toBe(theme.background)
      const away = (step: number): number => Math.abs(luminance(palette[step]!) - luminance(theme.background))
      for (let off = 8; off <= middle; off += 8) {
        expect(away(middle + off)).toBeGreaterThan(away(middle + off - 8))
        expect(away(middle - off)).toBeGreaterThan(away(middle - off + 8))
      }
      for (const colour of palette) expect(contrast(readableOn(colour), colour)).toBeGreaterThan(4.5)
    }
  })
  it('places values by sign and share of the largest', () => {
    expect([0, 5, -5, 10, -10].map((value) => divergingStep(value, 10))).toEqual([127, 191, 63, 254, 0])
    expect(divergingStep(1e-9, 10)).toBe(128)
    expect([divergingStep(0, 0), divergingStep(NaN, 1), divergingStep(20, 10)]).toEqual([127, 127, 254])
  })
})
