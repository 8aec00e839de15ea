import type { markers } from '../../../shared/charts/theme'

/** Dashes in line widths: runs are told apart without colour too. The first six places are whole lines. */
const patterns: readonly (readonly number[])[] = [[], [6, 2.5], [2, 2], [6, 2, 1.5, 2]]

/** Dash pattern of a run by its place among the series, in line widths; the theme has six named colours. */
export const slotDash = (slot: number): readonly number[] => patterns[Math.floor(slot / 6) % patterns.length]!

/** Marks as SVG draws them around 0, 0, about 7 pixels wide. */
export const markPaths: Readonly<Record<(typeof markers)[number], string>> = {
  circle: 'M3 0a3 3 0 1 1-6 0a3 3 0 1 1 6 0Z',
  rect: 'M-2.7-2.7h5.4v5.4h-5.4Z',
  triangle: 'M0-3.4l3.4 6h-6.8Z',
  rectRot: 'M0-3.7L3.7 0L0 3.7L-3.7 0Z',
  star: 'M-3.5 0h7M0-3.5v7M-2.5-2.5l5 5M2.5-2.5l-5 5',
  crossRot: 'M-2.7-2.7l5.4 5.4M2.7-2.7l-5.4 5.4',
}
