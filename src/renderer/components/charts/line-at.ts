import type { CurveLine } from './curve-lines'

/** From an axis' values to pixels. */
type ToPixels = (value: number) => number

/** A pointer so near to a line means it. Pixels. */
const REACH = 6

/**
 * The line that is meant at a place of the chart: the nearest, if it is near enough; null where none is.
 * @param at the place, and its value on the x axis
 */
export function lineAt(
  lines: readonly CurveLine[],
  at: { readonly left: number; readonly top: number; readonly x: number },
  toX: ToPixels,
  toY: ToPixels,
): CurveLine | null {
  let best: CurveLine | null = null
  let least = REACH
  for (const line of lines) {
    const distance = distanceTo(line, at, toX, toY)
    if (distance <= least) [best, least] = [line, distance]
  }
  return best
}

/** Pixels to the segments around the place; points are in order of x. */
function distanceTo(
  line: CurveLine,
  at: { readonly left: number; readonly top: number; readonly x: number },
  toX: ToPixels,
  toY: ToPixels,
): number {
  const points = line.points()
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]!.x < at.x) low = middle + 1
    else high = middle
  }
  const near = points.slice(Math.max(0, low - 2), low + 2).map(({ x, y }) => ({ left: toX(x), top: toY(y) }))
  if (near.length === 1) return Math.hypot(near[0]!.left - at.left, near[0]!.top - at.top)
  return Math.min(Infinity, ...near.slice(1).map((end, i) => toSegment(at, near[i]!, end)))
}

interface Place {
  readonly left: number
  readonly top: number
}

function toSegment(at: Place, from: Place, to: Place): number {
  const [width, height] = [to.left - from.left, to.top - from.top]
  const length = width * width + height * height
  const share = length > 0 ? ((at.left - from.left) * width + (at.top - from.top) * height) / length : 0
  const within = Math.min(1, Math.max(0, share))
  return Math.hypot(from.left + within * width - at.left, from.top + within * height - at.top)
}
