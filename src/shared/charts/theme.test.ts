import { describe, expect, it } from 'vitest'
import { between, contrast, oklch } from './color'
import { formatCount, formatDuration, formatLoss, formatPercent, formatTick } from './format'
import { readableOn, sequentialColor, seriesColor, seriesDash, themes } from './theme'

describe('colours', () => {
  it('are converted from OKLCH as CSS does', () => {
    expect(oklch(1, 0, 0)).toBe('#ffffff')
    expect(oklch(0, 0, 0)).toBe('#000000')
    expect(oklch(0.62796, 0.25768, 29.234)).toBe('#ff0000')
    expect(oklch(0.45201, 0.31321, 264.052)).toBe('#0000ff')
  })

  it('are mixed between stops', () => {
    expect(between(['#000000', '#ffffff'], 0.5)).toBe('#808080')
    expect(between(['#000000', '#0000ff', '#ffffff'], 0.5)).toBe('#0000ff')
    expect(between(['#000000', '#ffffff'], 7)).toBe('#ffffff')
  })

  it.each([themes.light, themes.dark])('can be read in the $name theme', (theme) => {
    expect(contrast(theme.text, theme.background)).toBeGreaterThan(12)
    expect(contrast(theme.text, theme.stripe)).toBeGreaterThan(12)
    expect(contrast(theme.muted, theme.background)).toBeGreaterThan(4.5)
    expect(contrast(theme.accent, theme.background)).toBeGreaterThan(4.5)
    for (let i = 0; i <= 100; i++) {
      const cell = sequentialColor(theme, i / 100)
      expect(contrast(readableOn(cell), cell)).toBeGreaterThan(4.5)
    }
    for (let i = 0; i < 40; i++) expect(contrast(seriesColor(theme, i), theme.background)).toBeGreaterThan(2)
  })

  it.each([themes.light, themes.dark])('tell any number of series apart in the $name theme', (theme) => {
    const looks = Array.from({ length: 60 }, (_, i) => `${seriesColor(theme, i)} ${seriesDash(theme, i).join()}`)
    expect(new Set(looks).size).toBe(60)
    expect(looks[0]).toMatch(/^#\w{6} $/)
  })
})

describe('numbers', () => {
  it('are written as people read them', () => {
    expect(formatCount(1053056)).toBe('1\u2009053\u2009056')
    expect(formatPercent(0.98022)).toBe('98.0 %')
    expect(formatPercent(null)).toBe('–')
    expect(formatLoss(0.0312345)).toBe('0.03123')
    expect(formatLoss(2.5e-7)).toBe('2.500e-7')
    expect(formatLoss(0)).toBe('0')
    expect(formatLoss(NaN)).toBe('–')
    expect(formatLoss(Infinity)).toBe('∞')
    expect(formatDuration(42.4)).toBe('0:42')
    expect(formatDuration(10915)).toBe('3:01:55')
    expect(formatTick(0.30000000000000004)).toBe('0.3')
    expect(formatTick(20000)).toBe('20\u2009000')
  })
})
