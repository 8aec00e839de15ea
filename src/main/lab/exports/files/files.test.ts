import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { csvCell, csvParts, csvRow, float32 } from './csv'
import { escapeLatex, latexTable, markdownTable } from './markup'
import { weightsOf } from './weights'
import { openFolder, writeWhole } from './write'

/** A reader after RFC 4180, written apart from the writer. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]]
  const cell = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r\n)/gy
  for (let match = cell.exec(text); match; match = cell.exec(text)) {
    const raw = match[1]!
    rows.at(-1)!.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw)
    if (match[2] === '\r\n') rows.push([])
  }
  return rows.slice(0, -1)
}

describe('CSV', () => {
  it('quotes commas, quotes and line breaks', () => {
    expect(csvRow(['a', 'b,c', 'say "x"', 'two\nlines', 1.5, null, NaN])).toBe(
      'a,"b,c","say ""x""","two\nlines",1.5,,\r\n',
    )
  })

  it('makes formulas in text harmless and leaves numbers alone', () => {
    for (const sign of '=+-@') expect(csvCell(`${sign}1+2`)).toBe(`'${sign}1+2`)
    expect(csvCell('\tx')).toBe("'\tx")
    expect(csvCell(-1.5)).toBe('-1.5')
    expect(csvCell('a=b')).toBe('a=b')
  })

  it('is read back as written', () => {
    const texts = fc.array(fc.array(fc.string(), { minLength: 1 }), { minLength: 1 })
    fc.assert(
      fc.property(texts, (rows) => {
        const defused = rows.map((row) => row.map((text) => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text)))
        expect(readCsv(rows.map(csvRow).join(''))).toEqual(defused)
      }),
    )
  })

  it('comes in parts', () => {
    const parts = [
      ...csvParts(
        ['n'],
        (function* () {
          for (let i = 0; i < 50_000; i++) yield [i]
        })(),
      ),
    ]
    expect(parts.length).toBeGreaterThan(3)
    expect(readCsv(parts.join(''))).toHaveLength(50_001)
  })

  it('writes float32 short and exact', () => {
    expect(float32(Math.fround(0.03123))).toBe(0.03123)
    expect(float32(NaN)).toBeNaN()
    fc.assert(fc.property(fc.float({ noNaN: true }), (value) => Math.fround(float32(value)) === value))
  })
})

describe('markup', () => {
  const table = { head: ['run', 'test'], align: ['left', 'right'] as const, rows: [['a|b *x* <i>\n2', '77.2 %']] }

  it('keeps text from being read as Markdown or HTML', () => {
    expect(markdownTable(table)).toBe('| run | test |\n| --- | ---: |\n| a\\|b \\*x\\* &lt;i> 2 | 77.2 % |\n')
  })

  it('keeps text from being read as LaTeX', () => {
    expect(escapeLatex('50 % of $x_1 & #2 {~^\\}')).toBe(
      '50 \\% of \\$x\\_1 \\& \\#2 \\{\\textasciitilde{}\\textasciicircum{}\\textbackslash{}\\}',
    )
    expect(escapeLatex('[1] *')).toBe('{[}1] {*}')
    expect(escapeLatex('1\u2009053')).toBe('1\\,053')
    const text = latexTable(table, ['one\nnote'])
    expect(text).toContain('% one note\n\\begin{tabular}{lr}')
    expect(text).toContain('  a\\textbar{}b {*}x{*} \\textless{}i\\textgreater{} 2 & 77.2 \\% \\\\\n')
  })
})

describe('writing', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hrm-write-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('replaces a file whole and leaves nothing else', async () => {
    const path = join(folder, 'a.csv')
    writeFileSync(path, 'old')
    await writeWhole(path, ['one ', new Uint8Array([116, 119, 111])])
    expect(readFileSync(path, 'utf8')).toBe('one two')
    expect(readdirSync(folder)).toEqual(['a.csv'])
  })

  it('keeps the old file when the new one cannot be finished', async () => {
    const path = join(folder, 'a.csv')
    writeFileSync(path, 'old')
    const broken = (function* () {
      yield 'new'
      throw new Error('no more')
    })()
    await expect(writeWhole(path, broken)).rejects.toThrow('no more')
    const stop = new AbortController()
    stop.abort()
    await expect(writeWhole(path, 'new', stop.signal)).rejects.toThrow('abort')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a.csv'])
  })

  it('says what is in the way', async () => {
    writeFileSync(join(folder, 'file'), '')
    mkdirSync(join(folder, 'taken'))
    await expect(openFolder(join(folder, 'file'))).rejects.toMatchObject({ name: 'LabError', kind: 'storage' })
    await expect(openFolder(join(folder, 'file', 'below'))).rejects.toMatchObject({ kind: 'storage' })
    await expect(writeWhole(join(folder, 'taken'), 'x')).rejects.toThrow('a folder of that name is in the way')
    await expect(weightsOf(join(folder, 'none'), {})).rejects.toMatchObject({ kind: 'not-found' })
    expect(readdirSync(folder).sort()).toEqual(['file', 'taken'])
  })
})
