/**
 * How much larger or smaller images are drawn: a whole number of screen pixels for each of theirs, or one for a whole
 * number of theirs, so that no pixel is wider than its neighbour.
 * @param target the side they should have about, in pixels
 */
export function pixelScale(width: number, height: number, target: number): number {
  const side = Math.max(width, height)
  return side <= target * 1.5 ? Math.max(1, Math.round(target / side)) : 1 / Math.ceil(side / target)
}
