import { channels } from '../../../../shared/charts/color'
import { sequentialColor, themes } from '../../../../shared/charts/theme'

/** On an image, whose colours no theme changes: from dark to bright. */
const { dark } = themes
/** Evidence for and against, in the two hues that are furthest apart for every kind of colour vision. */
const FOR = channels('#e69f00')
const AGAINST = channels('#56b4e9')
/** How much of the image a heat hides. */
const COVER = 0.72

/** How numbers become colours: from 0 to the largest, or both ways from 0. */
export type HeatScale = 'sequential' | 'diverging'

/** The number at the end of the scale: the largest, or the largest either way; never 0. */
export function heatEnd(values: readonly number[], scale: HeatScale): number {
  const sizes = scale === 'diverging' ? values.map(Math.abs) : values
  return Math.max(...sizes, 0) || 1
}

/** Colours with their opacity for a canvas, RGBA [values]. */
export function heatPixels(values: readonly number[], scale: HeatScale): Uint8ClampedArray<ArrayBuffer> {
  const end = heatEnd(values, scale)
  const pixels = new Uint8ClampedArray(4 * values.length)
  values.forEach((value, i) => {
    const share = value / end
    const color = scale === 'sequential' ? channels(sequentialColor(dark, share)) : share > 0 ? FOR : AGAINST
    const cover = scale === 'sequential' ? COVER : COVER * Math.abs(share)
    pixels.set([...color.map((part) => 255 * part), 255 * cover], 4 * i)
  })
  return pixels
}

/** The scale as a gradient, for its legend. */
export const heatGradient = (scale: HeatScale): string =>
  scale === 'sequential'
    ? `linear-gradient(to right, ${dark.sequential.join(', ')})`
    : 'linear-gradient(to right, #56b4e9, transparent, #e69f00)'
