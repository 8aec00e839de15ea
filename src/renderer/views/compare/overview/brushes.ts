import { NOWHERE, type OverviewAxis } from './overview-axes'

/** A part of an axis, between two of its places. */
export interface Brush {
  readonly from: number
  readonly to: number
}
/** By key of the axis. */
export type Brushes = Readonly<Record<string, Brush>>

/** How far a press of a key moves. */
const STEP = 0.05
/** Narrower than this a brush is none. */
const LEAST = 0.01

/** Which runs every brush holds, by their place in the list. */
export function heldRuns(axes: readonly OverviewAxis[], brushes: Brushes, runs: number): boolean[] {
  return Array.from({ length: runs }, (_, i) =>
    axes.every(({ key, places }) => {
      const brush = brushes[key]
      const place = places[i]!
      // A mark at the edge is held: what is drawn is as wide as a line.
      return !brush || (place >= brush.from - LEAST / 2 && place <= brush.to + LEAST / 2)
    }),
  )
}

/** The brush between two places in whichever order; null where they are the same. */
export function brushBetween(a: number, b: number): Brush | null {
  const [from, to] = [clamp(Math.min(a, b)), clamp(Math.max(a, b))]
  return to - from < LEAST ? null : { from, to }
}

/**
 * The brush after a key: up and down move it, with Shift its upper end, Escape and Delete take it off. The first press
 * begins one over the upper or lower half.
 * @returns undefined where the key is none of these, null for no brush
 */
export function brushKey(brush: Brush | null, key: string, shift: boolean): Brush | null | undefined {
  if (key === 'Escape' || key === 'Delete') return brush ? null : undefined
  const by = key === 'ArrowUp' ? STEP : key === 'ArrowDown' ? -STEP : 0
  if (by === 0) return undefined
  if (!brush) return by > 0 ? { from: 0.5, to: 1 } : { from: 0, to: 0.5 }
  if (shift) return { from: brush.from, to: Math.max(brush.from + STEP, clamp(brush.to + by)) }
  const width = brush.to - brush.from
  const from = Math.min(1 - width, Math.max(NOWHERE, brush.from + by))
  return { from, to: from + width }
}

const clamp = (place: number): number => Math.min(1, Math.max(NOWHERE, place))
