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
