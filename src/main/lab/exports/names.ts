/** Most runs whose numbers a comparison's name holds: file systems end a name at 255 bytes. */
const MOST_NUMBERS = 8

/** What the name of an exported file begins with: its run, or the numbers of those compared. @param ids of the runs */
export function exportedName(ids: readonly string[]): string {
  if (ids.length === 1) return ids[0]!
  if (ids.length > MOST_NUMBERS) return `comparison-of-${ids.length}-runs`
  return `comparison-${ids.map((id) => id.split('-')[0]).join('-')}`
}
