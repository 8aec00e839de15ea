import { between, blend, contrast, oklch } from './color'

export type ThemeName = 'light' | 'dark'

/** The colours of every chart and table, by role. '#rrggbb' each. */
export interface Theme {
  readonly name: ThemeName
  readonly background: string
  /** Titles, numbers, the true class (T). */
  readonly text: string
  /** Axis labels, legends, notes. */
  readonly muted: string
  /** Rules and axis borders. */
  readonly line: string
  readonly grid: string
  /** Every other row of a table. */
  readonly stripe: string
  /** The one accent: the predicted class (P), what is selected. */
  readonly accent: string
  /** Okabe-Ito colours in the order they are given out. */
  readonly series: readonly string[]
  /** Sequential map, from nothing (the background's side) to everything. */
  readonly sequential: readonly string[]
}

/** Neutral gray of a given OKLCH lightness; one table of steps gives both themes. */
const gray = (lightness: number): string => oklch(lightness, 0.004, 260)

/** Viridis (S. van der Walt, N. Smith, 2015; CC0) at nine equal steps. */
const viridis = [
  '#440154',
  '#472d7b',
  '#3b528b',
  '#2c728e',
  '#21918c',
  '#28ae80',
  '#5ec962',
  '#addc30',
  '#fde725',
] as const

/** M. Okabe, K. Ito, "Color Universal Design" (2008): told apart by every kind of colour vision. */
const okabeIto = {
  blue: '#0072b2',
  vermilion: '#d55e00',
  green: '#009e73',
  purple: '#cc79a7',
  orange: '#e69f00',
  sky: '#56b4e9',
  yellow: '#f0e442',
} as const

const { blue, vermilion, green, purple, orange, sky, yellow } = okabeIto

export const themes: Readonly<Record<ThemeName, Theme>> = {
  light: {
    name: 'light',
    background: '#ffffff',
    text: gray(0.22),
    muted: gray(0.46),
    line: gray(0.78),
    grid: gray(0.93),
    stripe: gray(0.97),
    accent: blue,
    // Yellow is left out: on white it cannot be seen.
    series: [blue, vermilion, green, purple, orange, sky],
    // From white through viridis reversed: an empty cell is paper, a full one is dark.
    sequential: ['#ffffff', '#e3ee8f', ...[...viridis].reverse().slice(2)],
  },
  dark: {
    name: 'dark',
    background: gray(0.19),
    text: gray(0.94),
    muted: gray(0.74),
    line: gray(0.42),
    grid: gray(0.28),
    stripe: gray(0.23),
    accent: sky,
    // Blue is lighter here, so that a thin line is seen; sky would be too close to it and goes.
    series: [oklch(0.67, 0.14, 245), vermilion, oklch(0.7, 0.13, 165), purple, orange, yellow],
    sequential: [gray(0.19), ...viridis.slice(1)],
  },
}

/** Turn of hue that never comes back near an earlier one: the golden angle, in degrees. */
const GOLDEN_ANGLE = 137.508

/** Colour of the `index`-th series: Okabe-Ito first, then by hue at equal lightness, without end. */
export function seriesColor(theme: Theme, index: number): string {
  const named = theme.series[index]
  if (named !== undefined) return named
  return oklch(theme.name === 'light' ? 0.55 : 0.75, 0.12, 20 + GOLDEN_ANGLE * (index - theme.series.length))
}

/** The same colour standing back: for the raw trace behind its average. Solid, not transparent. */
export const faint = (theme: Theme, color: string): string =>
  blend(color, theme.background, theme.name === 'light' ? 0.32 : 0.4)

/** Dash pattern of the `index`-th series in line widths: runs are told apart without colour too. */
export function seriesDash(theme: Theme, index: number): number[] {
  const patterns = [[], [6, 2.5], [2, 2], [6, 2, 1.5, 2]]
  return patterns[Math.floor(index / theme.series.length) % patterns.length]!
}

export const markers = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'crossRot'] as const
/** Point shape of the `index`-th series. */
export const seriesMarker = (index: number): (typeof markers)[number] => markers[index % markers.length]!

/** Colour of a share 0 … 1 on the sequential map. */
export const sequentialColor = (theme: Theme, share: number): string => between(theme.sequential, share)

/** Black or white, whichever reads better on `background`: at least 4.5 to 1 on any colour, which a dark gray would not reach. */
export const readableOn = (background: string): string =>
  contrast('#ffffff', background) > contrast('#000000', background) ? '#ffffff' : '#000000'
