/** HTML put together so that nothing in it is read as markup by mistake. */

/** A piece of HTML that is safe to stand in a page as it is. */
export class Html {
  readonly text: string

  /** @param text markup that this project wrote; never anything from outside. Use {@link html}. */
  constructor(text: string) {
    this.text = text
  }
}

/** What may stand in a template: text and numbers are escaped, null and false are nothing. */
export type Part = Html | string | number | null | false | readonly Part[]

/** A template whose values are escaped, in text and in quoted attributes alike; pieces of HTML stay as they are. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(strings.reduce((text, string, i) => text + markup(parts[i - 1] ?? null) + string))

function markup(part: Part): string {
  if (part instanceof Html) return part.text
  if (part === null || part === false) return ''
  if (typeof part === 'number') return String(part)
  return typeof part === 'string' ? escapeHtml(part) : part.map(markup).join('')
}

const references: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** A text as HTML holds it. Characters that HTML has no place for, and lone halves of pairs, are shown as the sign for that. */
export const escapeHtml = (text: string): string =>
  text
    .toWellFormed()
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => references[character]!)

/** A name from outside: whichever way its letters run, it does not turn round what stands beside it. */
export const name = (text: string): Html => html`<bdi>${text}</bdi>`

/** A number as people read it, with the very one in it for programs; nothing to read where there is none. */
export const number = (value: number | null | undefined, text: string): Html =>
  value === null || value === undefined || !Number.isFinite(value)
    ? html`${text}`
    : html`<data value="${String(value)}">${text}</data>`

/**
 * A table: a head, and rows of which the first cell heads its row. Numbers stand right.
 * @param look roomy: cells hold several lines of words
 */
export function table(
  caption: string,
  head: readonly Part[],
  rows: readonly (readonly Part[])[],
  align: readonly ('left' | 'right')[],
  look: 'plain' | 'roomy' = 'plain',
): Html {
  const side = (i: number): Html => (align[i] === 'right' ? html` class="n"` : html``)
  return html`<div class="wide" tabindex="0" role="group" aria-label="${caption}">
    <table class="${look}">
      <caption class="unseen">
        ${caption}
      </caption>
      <thead>
        <tr>
          ${head.map((cell, i) => html`<th scope="col" ${side(i)}>${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${row.map((cell, i) => (i === 0 ? html`<th scope="row" ${side(i)}>${cell}</th>` : html`<td${side(i)}>${cell}</td>`))}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`
}
