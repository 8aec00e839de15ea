/** Colours as numbers: OKLCH to sRGB, contrast, and the sequential map. Every colour leaves as '#rrggbb'. */

const hexByte = (value: number): string =>
  Math.round(255 * Math.min(1, Math.max(0, value)))
    .toString(16)
    .padStart(2, '0')

/** sRGB transfer function, linear light to encoded, both 0 … 1 (IEC 61966-2-1). */
const encode = (linear: number): number =>
  linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.max(0, linear) ** (1 / 2.4) - 0.055
const decode = (encoded: number): number => (encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4)

/**
 * OKLCH to '#rrggbb', clipped to sRGB.
 * @param lightness 0 … 1
 * @param chroma 0 … about 0.37
 * @param hue degrees
 * Source: B. Ottosson, "A perceptual color space for image processing" (2020).
 */
export function oklch(lightness: number, chroma: number, hue: number): string {
  const a = chroma * Math.cos((hue * Math.PI) / 180)
  const b = chroma * Math.sin((hue * Math.PI) / 180)
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3
  const red = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s
  const green = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s
  const blue = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s
  return `#${[red, green, blue].map((v) => hexByte(encode(v))).join('')}`
}

/** Red, green and blue of '#rrggbb', each 0 … 1, encoded. */
export function channels(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1, 7), 16)
  return [(value >> 16) / 255, ((value >> 8) & 255) / 255, (value & 255) / 255]
}

/** Relative luminance of '#rrggbb' (WCAG 2.2), 0 … 1. */
export function luminance(hex: string): number {
  const [red, green, blue] = channels(hex)
  return 0.2126 * decode(red) + 0.7152 * decode(green) + 0.0722 * decode(blue)
}

/** Contrast ratio of two colours (WCAG 2.2), 1 … 21. */
export function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

/** `over` laid on `under` with opacity `alpha`: a solid colour, so that crossing lines do not darken each other. */
export function blend(over: string, under: string, alpha: number): string {
  const top = channels(over)
  const bottom = channels(under)
  return `#${top.map((v, i) => hexByte(alpha * v + (1 - alpha) * bottom[i]!)).join('')}`
}

/** '#rrggbb' between two neighbours of `stops` at `share` 0 … 1, linear in encoded sRGB. */
export function between(stops: readonly string[], share: number): string {
  const place = Math.min(1, Math.max(0, share)) * (stops.length - 1)
  const low = Math.min(stops.length - 2, Math.floor(place))
  return blend(stops[low + 1]!, stops[low]!, place - low)
}
