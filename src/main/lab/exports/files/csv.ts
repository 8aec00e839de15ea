import { csvRow, type Cell } from '../../../../shared/tables/csv'

export { csvCell, csvRow, type Cell } from '../../../../shared/tables/csv'

/** Rows gathered to parts of about 64 KiB, so that writing a million rows takes neither a million writes nor much memory. */
export function* csvParts(head: readonly string[], rows: Iterable<readonly Cell[]>): Generator<string> {
  let part = csvRow(head)
  for (const row of rows) {
    part += csvRow(row)
    if (part.length >= 65_536) {
      yield part
      part = ''
    }
  }
  if (part !== '') yield part
}

/** The shortest decimal that a float32 reads back from: 0.03123, not 0.031230000779032707. */
export function float32(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}
