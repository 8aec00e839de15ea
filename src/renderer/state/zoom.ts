/** A range of the x axis; null: to the data's own end, also while it grows. */
export interface Range {
  readonly from: number | null
  readonly to: number | null
}

/** What an axis shows, in its own units; logarithmic or not. */
export interface Scale {
  readonly from: number
  readonly to: number
  readonly log: boolean
}

/** Everything there is. */
export const whole: Range = { from: null, to: null }

export const isWhole = ({ from, to }: Range): boolean => from === null && to === null

const bend = (log: boolean, x: number): number => (log ? Math.log(x) : x)
const unbend = (log: boolean, at: number): number => (log ? Math.exp(at) : at)

/** Where `x` lies on the scale: 0 at its left end, 1 at its right one, also outside of it. */
export function shareAt({ from, to, log }: Scale, x: number): number {
  const [left, right] = [bend(log, from), bend(log, to)]
  return right > left ? (bend(log, x) - left) / (right - left) : 0
}

/** What lies at a share of the scale; the reverse of {@link shareAt}. */
export function valueAtShare({ from, to, log }: Scale, share: number): number {
  const [left, right] = [bend(log, from), bend(log, to)]
  return unbend(log, left + share * (right - left))
}

/**
 * The scale of a range inside the data's extent. A logarithmic axis has no 0: what is not above it begins at the extent's
 * first positive value.
 */
export function scaleOf({ from, to }: Range, extent: { first: number; last: number }, log: boolean): Scale {
  const first = log && !(extent.first > 0) ? Math.max(Number.MIN_VALUE, extent.last / 1e6) : extent.first
  return { from: Math.max(from ?? first, log ? first : -Infinity), to: to ?? extent.last, log }
}

/**
 * The range between two shares of a scale, in whichever order; ends at or past the data's own become null, so that a curve
 * that is watched to its end goes on to be.
 * @param least narrowest range, as a part of the extent: what is narrower is widened around its middle
 */
export function rangeBetween(scale: Scale, shareA: number, shareB: number, full: Scale, least: number): Range {
  let left = shareAt(full, valueAtShare(scale, Math.min(shareA, shareB)))
  let right = shareAt(full, valueAtShare(scale, Math.max(shareA, shareB)))
  if (right - left < least) {
    const middle = (left + right) / 2
    left = middle - least / 2
    right = middle + least / 2
  }
  return {
    from: left <= ROUNDING ? null : valueAtShare(full, left),
    to: right >= 1 - ROUNDING ? null : valueAtShare(full, right),
  }
}

/** Closer than this to an end of the extent is at it. */
const ROUNDING = 1e-9

/** Zoomed around the place at `anchor` (share of the scale) by `factor`: 0.5 shows half of it, 2 twice as much. */
export function zoomed(scale: Scale, factor: number, anchor: number, full: Scale, least: number): Range {
  return rangeBetween(scale, anchor * (1 - factor), anchor + (1 - anchor) * factor, full, least)
}

/** Moved by a share of the scale, right when positive; it stops at the data's ends and keeps its width. */
export function panned(scale: Scale, by: number, full: Scale, least: number): Range {
  const left = shareAt(full, scale.from)
  const right = shareAt(full, scale.to)
  const wanted = by * (right - left)
  const move = Math.min(Math.max(wanted, -left), 1 - right)
  return rangeBetween(full, left + move, right + move, full, least)
}
