/** The comparison as bars: an SVG by hand, for a page on light or dark ground. */
import { medianMs, ours, speedOver, spreadMs } from './marks'
import type { Comparison } from './report'

/** Pixels. */
const WIDTH = 760
const LABELS = 150
const NUMBERS = 150
const BAR = 16
const STEP = 24
const HEAD = 34
const GAP = 18

const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** Milliseconds a batch of each contender by preset, with the rounds' spread and the speed over PyTorch eager. Shorter is faster. */
export function comparisonChart(comparisons: readonly Comparison[]): string {
  const blocks: string[] = []
  let top = 0
  for (const comparison of comparisons) {
    blocks.push(block(comparison, top))
    top += HEAD + comparison.entries.length * STEP + GAP
  }
  const words = comparisons.map(({ preset, entries }) => `${preset}: ${entries.map(inWords).join(', ')}`).join('. ')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img" aria-label="${escape(words).replaceAll('"', '&quot;')}">
<style>
text { font: 13px system-ui, sans-serif; fill: #1b1f24 }
.head { font-weight: 600 }
.quiet { fill: #59636e }
.bar { fill: #9aa4b0 }
.ours { fill: #1f6feb }
.spread { stroke: #1b1f24; stroke-width: 1.2 }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .quiet { fill: #9198a1 } .bar { fill: #636c76 } .ours { fill: #4493f8 } .spread { stroke: #e6edf3 } }
</style>
${blocks.join('\n')}
</svg>
`
}

type Entry = Comparison['entries'][number]

const inWords = (entry: Entry): string => `${nameOf(entry)} ${medianMs(entry).toFixed(0)} ms`

const nameOf = ({ contender }: Entry): string => (ours.includes(contender) ? `ours, ${contender}` : contender)

function block({ preset, batch, entries }: Comparison, top: number): string {
  const longest = Math.max(...entries.map((entry) => spreadMs(entry)[1]))
  const x = (ms: number): number => LABELS + (ms / longest) * (WIDTH - LABELS - NUMBERS)
  const torch = entries.find(({ contender }) => contender === 'torch')
  const rows = [...entries]
    .sort((a, b) => medianMs(a) - medianMs(b))
    .map((entry, i) => {
      const y = top + HEAD + i * STEP
      const middle = y + BAR / 2
      const [low, high] = spreadMs(entry)
      const over = torch ? ` · ${speedOver(entry, torch).toFixed(2)} ×` : ''
      return `<text x="${LABELS - 8}" y="${y + 12.5}" text-anchor="end">${escape(nameOf(entry))}</text>
<rect x="${LABELS}" y="${y}" width="${(x(medianMs(entry)) - LABELS).toFixed(1)}" height="${BAR}" class="${ours.includes(entry.contender) ? 'ours' : 'bar'}"/>
<line x1="${x(low).toFixed(1)}" x2="${x(high).toFixed(1)}" y1="${middle}" y2="${middle}" class="spread"/>
<text x="${(x(Math.max(high, medianMs(entry))) + 8).toFixed(1)}" y="${y + 12.5}">${medianMs(entry).toFixed(0)} ms<tspan class="quiet">${over}</tspan></text>`
    })
  return `<text x="0" y="${top + 20}" class="head">${escape(preset)}</text><text x="${LABELS}" y="${top + 20}" class="quiet">a batch of ${batch}; line: the rounds’ medians${torch ? '; ×: speed over PyTorch eager' : ''}</text>
${rows.join('\n')}`
}
