/**
 * Where a key leads in a grid that fills its rows from the left; a list is a grid of one column.
 * @param at the place now
 * @param shape places, places in a row, and rows that are in sight
 * @returns the new place, or null when the key does not move
 */
export function moveTo(
  key: string,
  at: number,
  { count, columns, rows }: { count: number; columns: number; rows: number },
): number | null {
  const page = columns * Math.max(1, rows - 1)
  const moves: Readonly<Record<string, number>> = {
    ArrowDown: columns,
    ArrowUp: -columns,
    ArrowRight: columns > 1 ? 1 : 0,
    ArrowLeft: columns > 1 ? -1 : 0,
    PageDown: page,
    PageUp: -page,
    Home: -at,
    End: count,
  }
  const move = moves[key]
  if (move === undefined || count === 0) return null
  const next = at + move
  // A step down into a last row that is not full ends at its end; one out of the grid does not move.
  if (next < 0) return key === 'PageUp' ? at % columns : at
  return Math.min(next, count - 1)
}

/** How far a box must be scrolled so that a row is in sight. */
export function scrollFor(row: number, height: number, scrolled: number, seen: number): number {
  if (row * height < scrolled) return row * height
  if ((row + 1) * height > scrolled + seen) return (row + 1) * height - seen
  return scrolled
}
