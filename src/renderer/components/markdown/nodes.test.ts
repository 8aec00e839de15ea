import { describe, expect, it } from 'vitest'
import { firstWords, parseMarkdown } from './nodes'
import type { Block, Inline } from './nodes'

/** Everything that would be seen, as text. */
const words = (inline: readonly Inline[]): string =>
  inline
    .map((node) =>
      'text' in node ? node.text : 'inline' in node ? words(node.inline) : node.kind === 'break' ? '\n' : '',
    )
    .join('')
const first = (text: string): Block => parseMarkdown(text)[0]!
const inlineOf = (text: string): readonly Inline[] => {
  const block = first(text)
  return 'inline' in block ? block.inline : []
}
const kinds = (text: string): string[] => parseMarkdown(text).map(({ kind }) => kind)

describe('Markdown', () => {
  it('has headings, paragraphs, lists, quotes, code, tables and rules', () => {
    expect(kinds('# A\n\ntext\n\n- a\n- b\n\n> q\n\n```\nx\n```\n\n| a |\n|--|\n| 1 |\n\n---\n')).toEqual([
      ...['heading', 'paragraph', 'list', 'quote', 'code', 'table', 'rule'],
    ])
    expect(first('3. a\n4. **b** `c`')).toMatchObject({
      ...{ kind: 'list', start: 3 },
      items: [[{ kind: 'lines' }], [{ inline: [{ kind: 'strong' }, { text: ' ' }, { kind: 'code', text: 'c' }] }]],
    })
    expect(first('- [x] done')).toMatchObject({ items: [[{ inline: [{ kind: 'box', checked: true }, {}] }]] })
    expect(first('| a | b |\n|:-:|--|\n| 1 | *2* |')).toMatchObject({
      head: [{ align: 'center' }, { align: null }],
      rows: [[{ inline: [{ text: '1' }] }, { inline: [{ kind: 'em' }] }]],
    })
  })
  it('begins its headings under the one it stands under, and skips none', () => {
    const levels = parseMarkdown('### a\n\n###### b\n\n# c', 2).map((block) =>
      block.kind === 'heading' ? block.level : 0,
    )
    expect(levels).toEqual([3, 4, 3])
  })
  it('opens addresses of the web and of mail only; all others are text', () => {
    for (const href of ['https://arxiv.org/abs/2510.03598', 'mailto:a@example.org'])
      expect(inlineOf(`[it](${href})`)).toMatchObject([{ kind: 'link', href }])
    expect(inlineOf('see https://example.org/a.')).toMatchObject([
      {},
      { kind: 'link', href: 'https://example.org/a' },
      {},
    ])
    for (const href of [
      'javascript:alert(1)',
      'JaVaScRiPt:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      '../up',
      '//x.org',
    ])
      expect(inlineOf(`[it](${href})`)).toEqual([
        { kind: 'text', text: 'it' },
        { kind: 'text', text: ` (${href})` },
      ])
    expect(
      JSON.stringify(parseMarkdown('[it](java\tscript:alert(1))\n\n[a]\n\n[a]: javascript:alert(1)')),
    ).not.toContain('"link"')
  })
  it('shows HTML as the text it is', () => {
    const image = '<img src=x onerror="alert(1)">'
    expect(words(inlineOf(`a ${image} b`))).toBe(`a ${image} b`)
    expect(first('<script>alert(1)</script>\n')).toEqual({ kind: 'code', text: '<script>alert(1)</script>' })
    expect(first('<svg/onload=alert(1)>')).toMatchObject({ inline: [{ kind: 'text' }] })
  })
  it('names an image and leads to it, and never loads it', () => {
    expect(inlineOf('![a cat](https://example.org/cat.png)')).toMatchObject([
      { kind: 'link', href: 'https://example.org/cat.png', inline: [{ text: '[picture: a cat]' }] },
    ])
    expect(words(inlineOf('![](x" onerror="alert(1))'))).toContain('x" onerror="alert(1)')
  })
  it('gives the first words for a list, without its marks', () => {
    expect(firstWords('\n---\n# Twice *the* `rate`\nmore')).toBe('Twice the rate')
    expect(firstWords('> - [x] [done](https://example.org)')).toBe('done')
    expect(firstWords('<script>alert(1)</script>')).toBe('<script>alert(1)</script>')
    expect(firstWords(' \n')).toBe('')
  })
  it('reads what is very deep or long without failing', () => {
    for (const text of [
      '>'.repeat(20_000),
      '- '.repeat(2000),
      '['.repeat(20_000),
      '*a '.repeat(20_000),
      '`'.repeat(50_000),
      'a_'.repeat(50_000),
    ])
      expect(parseMarkdown(`${text}\n`).length).toBeGreaterThan(0)
  })
})
