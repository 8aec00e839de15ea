import type { Scale } from '../../state/zoom'
import type { CurveLine } from './curve-lines'

/** Ends of a y axis. */
export interface Ends {
  readonly low: number
  readonly high: number
}

/** How the ends of a y axis are chosen. */
export interface EndsOptions {
  readonly log: boolean
  /** A linear axis that begins at 0. */
  readonly fromZero: boolean
  readonly hideOutliers: boolean
}

/** Room above and below what is drawn, as a part of it. */
const ROOM = 0.04
/** A curve flatter than this part of its height is not stretched to fill the chart. */
const FLATTEST = 0.02

/**
 * Ends that hold what the lines show in the scale's range, with some room; without their outliers where asked. A logarithmic
 * axis takes positive values only.
 * @returns null where there is nothing to show
 */
export function valueEnds(lines: readonly CurveLine[], scale: Scale, options: EndsOptions): Ends | null {
  let [low, high] = [Infinity, -Infinity]
  const take = (value: number): void => {
    if (options.log && !(value > 0)) return
    if (value < low) low = value
    if (value > high) high = value
  }
  for (const line of lines) {
    const usual = options.hideOutliers ? line.usual?.() : null
    if (usual) {
      take(usual.low)
      take(usual.high)
      continue
    }
    const points = line.points()
    for (let i = 0; i < points.length; i++) {
      const { x, y } = points[i]!
      if (x >= scale.from && x <= scale.to) take(y)
    }
    for (const { x, low, high } of line.band?.() ?? []) {
      if (x < scale.from || x > scale.to) continue
      take(low)
      take(high)
    }
  }
  if (!(low <= high)) return null
  return options.log ? roomInRatios(low, high) : room(options.fromZero ? Math.min(0, low) : low, high)
}

function room(low: number, high: number): Ends {
  const flat = Math.max(Math.abs(low), Math.abs(high)) * FLATTEST || 1
  const [middle, half] = [(low + high) / 2, Math.max(high - low, flat) / 2]
  const added = 2 * half * ROOM
  // What begins at 0 stays there.
  return { low: low === 0 ? 0 : middle - half - added, high: middle + half + added }
}

function roomInRatios(low: number, high: number): Ends {
  const ratio = high / low < 1 + FLATTEST ? 1 + FLATTEST : (high / low) ** ROOM
  return { low: low / ratio, high: high * ratio }
}
