/** How the spread over seeds is shown: from the lowest to the highest, or one standard deviation either way. */
export const spreadKinds = ['range', 'sd'] as const
export type SpreadKind = (typeof spreadKinds)[number]

/** Numbers in a few. */
export interface Spread {
  readonly n: number
  readonly mean: number
  /** Sample standard deviation (n − 1); null of a single number. */
  readonly sd: number | null
  readonly low: number
  readonly high: number
}

/** Mean, sample standard deviation and ends of the numbers; what is null or not finite is left out. null of none. */
export function spreadOf(values: readonly (number | null | undefined)[]): Spread | null {
  let [n, mean, squares, low, high] = [0, 0, 0, Infinity, -Infinity]
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue
    // Welford's update: exact for a constant, and no large numbers are subtracted.
    n += 1
    const off = value - mean
    mean += off / n
    squares += off * (value - mean)
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return n === 0 ? null : { n, mean, sd: n > 1 ? Math.sqrt(squares / (n - 1)) : null, low, high }
}

/** The ends of a band around the mean; null: a single number has none. */
export function bandOf({ n, mean, sd, low, high }: Spread, kind: SpreadKind): { low: number; high: number } | null {
  if (n < 2) return null
  return kind === 'range' ? { low, high } : { low: mean - (sd ?? 0), high: mean + (sd ?? 0) }
}

/** A curve over a part of the axis: x ascending. */
interface Curve {
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
}

/** The spread of several curves at a place. */
export interface SpreadPoint extends Spread {
  readonly x: number
}

/**
 * The spread of curves at each of `places` (ascending): between its points a curve is a straight line, outside of them it
 * has no value. Places where no curve has one are left out.
 */
export function spreadCurves(curves: readonly Curve[], places: ArrayLike<number>): SpreadPoint[] {
  const cursors = curves.map(() => 0)
  const points: SpreadPoint[] = []
  for (let i = 0; i < places.length; i++) {
    const x = places[i]!
    const spread = spreadOf(
      curves.map((curve, c) => {
        let at = cursors[c]!
        while (at + 1 < curve.x.length && curve.x[at + 1]! <= x) at++
        cursors[c] = at
        return valueAt(curve, at, x)
      }),
    )
    if (spread) points.push({ x, ...spread })
  }
  return points
}

/** @param at the last point that is not after x, or the first */
function valueAt({ x: xs, y: ys }: Curve, at: number, x: number): number | null {
  const [before, after] = [xs[at], xs[at + 1]]
  if (before === undefined || before > x) return null
  if (before === x) return ys[at]!
  if (after === undefined) return null
  return ys[at]! + ((ys[at + 1]! - ys[at]!) * (x - before)) / (after - before)
}
