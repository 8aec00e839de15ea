import { oklch } from './color'
import type { Theme } from './theme'

/** Colours of a diverging map; the middle one is neutral: white, or the dark theme's ground. */
export const DIVERGING_STEPS = 255

/** Hues far from each other for every kind of colour vision, as Okabe and Ito's vermilion and blue. */
const [BELOW, ABOVE] = [45, 245] as const

/**
 * From all below zero (vermilion) over nothing (the ground) to all above (blue), in equal steps of lightness and chroma on both
 * sides. '#rrggbb' each.
 */
export function divergingPalette(theme: Theme): string[] {
  const middle = (DIVERGING_STEPS - 1) / 2
  const [ground, full] = theme.name === 'light' ? [1, 0.5] : [0.19, 0.72]
  return Array.from({ length: DIVERGING_STEPS }, (_, step) => {
    const share = Math.abs(step - middle) / middle
    if (share === 0) return theme.background
    return oklch(ground + (full - ground) * share, 0.15 * share, step < middle ? BELOW : ABOVE)
  })
}

/**
 * The place of a value in the palette; only 0 is the neutral middle.
 * @param most the largest size among the values
 */
export function divergingStep(value: number, most: number): number {
  const middle = (DIVERGING_STEPS - 1) / 2
  if (value === 0 || most === 0 || Number.isNaN(value)) return middle
  const reach = Math.max(1, Math.min(middle, Math.round((Math.abs(value) / most) * middle)))
  return value < 0 ? middle - reach : middle + reach
}
