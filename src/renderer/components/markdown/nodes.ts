/**
 * Markdown as a tree of a few kinds of nodes that the window draws itself. No HTML ever comes of it: what is HTML in the text
 * is a node of text, an image is named and not loaded, and an address that is neither of the web nor of mail is text too.
 */
import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked'

/** What stands in a line. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'em' | 'strong' | 'del'; readonly inline: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly inline: readonly Inline[] }
  | { readonly kind: 'break' }
  | { readonly kind: 'box'; readonly checked: boolean }

/** What takes lines of its own. */
export type Block =
  | { readonly kind: 'lines' | 'paragraph'; readonly inline: readonly Inline[] }
  | { readonly kind: 'heading'; readonly level: number; readonly inline: readonly Inline[] }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'list'; readonly start: number | null; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'table'; readonly head: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'rule' }

/** A cell of a table. */
export interface Cell {
  readonly align: 'left' | 'center' | 'right' | null
  readonly inline: readonly Inline[]
}

/** Quotes and lists within one another, and marks within one another, most; what is deeper is text. */
const DEEPEST = 24
/** So many quotes in one another take marked seconds, then the stack. */
const MANY_QUOTES = /^(?:[ \t]*>){50}/m
/** Characters of a paragraph whose marks are read. marked needs the square of its length where marks are many: 100 000 take 30 s. */
const LONGEST_PARAGRAPH = 4000

/** marked's lexer, that leaves the marks of a very long paragraph as they are. */
class NoteLexer extends Lexer {
  override inlineTokens(source: string, tokens: Token[] = []): Token[] {
    if (source.length <= LONGEST_PARAGRAPH) return super.inlineTokens(source, tokens)
    tokens.push({ type: 'text', raw: source, text: source, escaped: false })
    return tokens
  }
}

/**
 * Reads Markdown (CommonMark with tables, task lists and bare links). Nothing of it can fail: what cannot be read, for its
 * depth say, comes as text.
 * @param under level of the heading it stands under; its own headings begin below, and never skip a level
 */
export function parseMarkdown(text: string, under = 1): Block[] {
  const plain: Block[] = [{ kind: 'code', text }]
  if (MANY_QUOTES.test(text)) return plain
  try {
    return blocksOf(new NoteLexer({ gfm: true }).lex(text), { under, last: under }, 0)
  } catch {
    return plain
  }
}

/** The levels of headings as they are met. */
interface Reader {
  readonly under: number
  last: number
}

/** Spans that stand alone, as a box and the words after it in a tight list, are one block. */
function blocksOf(tokens: readonly Token[], reader: Reader, depth: number): Block[] {
  const blocks: Block[] = []
  for (const block of tokens.flatMap((token) => blockOf(token as MarkedToken, reader, depth))) {
    const last = blocks.at(-1)
    if (last?.kind === 'lines' && block.kind === 'lines')
      blocks[blocks.length - 1] = { kind: 'lines', inline: [...last.inline, ...block.inline] }
    else blocks.push(block)
  }
  return blocks
}

function blockOf(token: MarkedToken, reader: Reader, depth: number): Block[] {
  if (depth > DEEPEST) return [{ kind: 'code', text: token.raw }]
  switch (token.type) {
    case 'space':
    case 'def':
      return []
    case 'heading': {
      reader.last = Math.min(6, reader.under + token.depth, reader.last + 1)
      return [{ kind: 'heading', level: reader.last, inline: inlineOf(token.tokens) }]
    }
    case 'code':
      return [{ kind: 'code', text: token.text }]
    case 'html':
      return [{ kind: 'code', text: token.text.trimEnd() }]
    case 'hr':
      return [{ kind: 'rule' }]
    case 'blockquote':
      return [{ kind: 'quote', blocks: blocksOf(token.tokens, reader, depth + 1) }]
    case 'list':
      return [listOf(token, reader, depth)]
    case 'table':
      return [{ kind: 'table', head: token.header.map(cellOf), rows: token.rows.map((row) => row.map(cellOf)) }]
    case 'paragraph':
      return [{ kind: 'paragraph', inline: inlineOf(token.tokens) }]
    default:
      return [{ kind: 'lines', inline: inlineOf([token]) }]
  }
}

const listOf = ({ ordered, start, items }: Tokens.List, reader: Reader, depth: number): Block => ({
  kind: 'list',
  start: ordered ? Number(start) : null,
  items: items.map(({ tokens }) => blocksOf(tokens, reader, depth + 1)),
})

const cellOf = ({ align, tokens }: Tokens.TableCell): Cell => ({ align, inline: inlineOf(tokens) })

const inlineOf = (tokens: readonly Token[], depth = 0): Inline[] =>
  tokens.flatMap((token) => spanOf(token as MarkedToken, depth))

function spanOf(token: MarkedToken, depth: number): Inline[] {
  if (depth > DEEPEST) return [{ kind: 'text', text: token.raw }]
  switch (token.type) {
    case 'em':
    case 'strong':
    case 'del':
      return [{ kind: token.type, inline: inlineOf(token.tokens, depth + 1) }]
    case 'codespan':
      return [{ kind: 'code', text: token.text }]
    case 'br':
      return [{ kind: 'break' }]
    case 'checkbox':
      return [{ kind: 'box', checked: token.checked }]
    case 'link':
      return linkOf(token.href, inlineOf(token.tokens, depth + 1))
    case 'image':
      return linkOf(token.href, [{ kind: 'text', text: `[picture: ${token.text || token.href}]` }])
    case 'text':
      return token.tokens ? inlineOf(token.tokens, depth + 1) : [{ kind: 'text', text: token.text }]
    case 'escape':
      return [{ kind: 'text', text: token.text }]
    default:
      return [{ kind: 'text', text: token.raw }]
  }
}

/** A link where its address may be opened; else its words, with the address as text. */
function linkOf(href: string, inline: Inline[]): Inline[] {
  return isOutside(href) ? [{ kind: 'link', href, inline }] : [...inline, { kind: 'text', text: ` (${href})` }]
}

/** Whether an address leads to the web or to a mail program, and nowhere else. */
function isOutside(href: string): boolean {
  try {
    return ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol)
  } catch {
    return false // Relative: there is nothing that it could be relative to.
  }
}

/** The first line of a text in Markdown that says something, without its marks: for lists. */
export function firstWords(text: string): string {
  const [line = ''] = text.split('\n').filter((one) => /[\p{L}\p{N}]/u.test(one))
  return parseMarkdown(line.slice(0, 500)).map(blockWords).join(' ').trim()
}

function blockWords(block: Block): string {
  if ('inline' in block) return inlineWords(block.inline)
  if (block.kind === 'code') return block.text
  if (block.kind === 'quote') return block.blocks.map(blockWords).join(' ')
  return block.kind === 'list' ? block.items.flat().map(blockWords).join(' ') : ''
}

const inlineWords = (nodes: readonly Inline[]): string =>
  nodes.map((node) => ('text' in node ? node.text : 'inline' in node ? inlineWords(node.inline) : '')).join('')
