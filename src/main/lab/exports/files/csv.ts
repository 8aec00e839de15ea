/** Comma-separated values after RFC 4180: CRLF, quotes where needed, text that a spreadsheet would run made harmless. */

/** A cell. Numbers are written as they are; text is defused and quoted. null: empty. */
export type Cell = string | number | null

/** Characters that make a spreadsheet take a text for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r\n]/

/** One cell's text. NaN is empty; infinities are written as words. */
export function csvCell(cell: Cell): string {
  if (cell === null || Number.isNaN(cell)) return ''
  if (typeof cell === 'number') return String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

/** One record with its line end. */
export const csvRow = (cells: readonly Cell[]): string => `${cells.map(csvCell).join(',')}\r\n`

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
