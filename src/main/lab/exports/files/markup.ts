/** Tables as LaTeX, beside those as Markdown (shared/tables). Cells are untrusted text. */
import { oneLine, type TextTable } from '../../../../shared/tables/markdown'

export { escapeMarkdown, markdownTable, type TextTable } from '../../../../shared/tables/markdown'

const latexNames: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '#': '\\#',
  '%': '\\%',
  _: '\\_',
  '^': '\\textasciicircum{}',
  '~': '\\textasciitilde{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '|': '\\textbar{}',
  '"': '\\char34{}',
  // After a row's end these two would be read as its options.
  '[': '{[}',
  '*': '{*}',
  '\u2009': '\\,',
  '–': '--',
  '−': '$-$',
  '∞': '$\\infty$',
  '×': '$\\times$',
  '…': '\\ldots{}',
}

/** Keeps every character of a text as itself in LaTeX (T1 or a Unicode engine for letters beyond Latin). */
export const escapeLatex = (text: string): string =>
  // eslint-disable-next-line no-control-regex
  oneLine(text).replace(/[\\{}$&#%_^~<>|"[*\u2009–−∞×…\u0000-\u001f]/g, (c) => latexNames[c] ?? '')

/** A tabular in booktabs rules, with its notes as comments above; to be put in a table by the person. */
export function latexTable({ head, align, rows }: TextTable, notes: readonly string[]): string {
  const line = (cells: readonly string[]): string => `  ${cells.map(escapeLatex).join(' & ')} \\\\`
  return [
    '% Needs \\usepackage{booktabs}',
    ...notes.map((note) => `% ${oneLine(note)}`),
    `\\begin{tabular}{${align.map((side) => (side === 'right' ? 'r' : 'l')).join('')}}`,
    '  \\toprule',
    line(head),
    '  \\midrule',
    ...rows.map(line),
    '  \\bottomrule',
    '\\end{tabular}',
    '',
  ].join('\n')
}
