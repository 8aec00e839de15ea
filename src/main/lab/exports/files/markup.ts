/** Tables as Markdown and LaTeX. Cells are untrusted text. */

export interface TextTable {
  readonly head: readonly string[]
  readonly align: readonly ('left' | 'right')[]
  readonly rows: readonly (readonly string[])[]
}

const oneLine = (text: string): string => text.replace(/\s*[\r\n]+\s*/g, ' ').trim()

/** Keeps a text from being read as Markdown or HTML. */
export const escapeMarkdown = (text: string): string =>
  oneLine(text)
    .replace(/[\\`*_[\]|~#]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')

/** A GitHub table. */
export function markdownTable({ head, align, rows }: TextTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`
  const rule = `| ${align.map((side) => (side === 'right' ? '---:' : '---')).join(' | ')} |`
  return `${[line(head), rule, ...rows.map(line)].join('\n')}\n`
}

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
