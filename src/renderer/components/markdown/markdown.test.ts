import { render } from 'svelte/server'
import { describe, expect, it } from 'vitest'
import Markdown from './Markdown.svelte'

/** What stands in the page, without Svelte's own marks. */
const drawn = (text: string): string =>
  render(Markdown, { props: { text } })
    .body.replace(/<!--.*?-->/g, '')
    .replace(/^<div[^>]*>|<\/div>$/g, '')

describe('Markdown in the page', () => {
  it('is elements, with no space that was not written', () => {
    expect(drawn('# A *b*\n\nx **y**`z`w')).toBe('<h2>A <em>b</em></h2><p>x <strong>y</strong><code>z</code>w</p>')
    expect(drawn('- a\n- [ ] b')).toMatch(
      /^<ul><li>a<\/li><li><span role="img" aria-label="to do:">☐.<\/span>b<\/li><\/ul>$/,
    )
    expect(drawn('| a |\n|--:|\n| 1 |')).toContain('<th scope="col" style="text-align: right;">a</th>')
  })
  it('draws what is nested beyond sense as text', () => {
    for (const text of [
      `${'*_'.repeat(900)}deep${'_*'.repeat(900)}`,
      `${'> '.repeat(40)}deep`,
      `${'- '.repeat(900)}deep`,
    ]) {
      const html = drawn(text)
      expect(html).toContain('deep')
      let [open, deepest] = [0, 0]
      for (const [tag] of html.matchAll(/<\/?(em|blockquote|li)\b/g)) {
        open += tag.startsWith('</') ? -1 : 1
        deepest = Math.max(deepest, open)
      }
      expect(deepest).toBeGreaterThan(0)
      expect(deepest).toBeLessThan(30)
    }
  })
  it('leads outside by links that take nothing along', () => {
    expect(drawn('[paper](https://arxiv.org/abs/2510.03598)')).toBe(
      '<p><a href="https://arxiv.org/abs/2510.03598" title="https://arxiv.org/abs/2510.03598" target="_blank" ' +
        'rel="noopener noreferrer">paper</a></p>',
    )
  })
  it('runs nothing and loads nothing', () => {
    const hostile = [
      '<script>window.hacked = true</script>',
      'a <img src=x onerror="window.hacked = true"> b',
      '![x](https://example.org/track.png) ![y](x" onerror="alert(1))',
      '[a](javascript:alert(1)) [b](data:text/html;base64,x) <javascript:alert(1)>',
      '[c](https://example.org/"onmouseover="alert(1))',
      '<iframe src="https://example.org"></iframe>',
      '```<img>\n</code></pre><script>alert(1)</script>\n```',
      '| <b onclick=x> |\n|--|\n| <style>*{}</style> |',
    ]
    for (const text of hostile) {
      const html = drawn(text)
      expect(html).not.toMatch(/<(script|img|iframe|b|style|object|form)\b/i)
      for (const [tag] of html.matchAll(/<[a-z][^>]*>/g)) {
        expect(tag).not.toMatch(/\son[a-z]+=/i)
        expect(tag).not.toMatch(/(href|src)="(?!https:\/\/example\.org\/)/)
      }
    }
  })
})
