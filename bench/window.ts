/**
 * How the window feels: in a real Chromium, against the real server, over a lab with 1,000 runs. Nothing is trained: a
 * scripted run tells of new steps as an engine does.
 *   npm run bench -- window [--minutes 10] [--json] [--out FILE]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'
import { findBrowser } from '../scripts/test/browser.mjs'
import { table } from '../src/main/cli/output/table'
import { formatBytes, formatCount } from '../src/shared/charts/format'
import { benchArguments } from './arguments'
import { median, report } from './result'
import { followLive, loads, memoryOver, openRun, prepare, tableAppears, zoomRefines } from './window/measures'
import type { MemorySample } from './window/measures'
import { LIVE_POINTS, LONG_POINTS, prepareLab, RUNS } from './window/prepare'
import { serve } from './window/served'
import { startShell } from './window/start'

/** Seconds that frames are traced for. */
const TRACED = 20
const MINUTES = 1
const ZOOMS = 10
const REPEATS = 5
const VIEWPORT = { width: 1440, height: 900 }

/** How times in milliseconds are spread; p95 is the 95th percentile. */
interface Spread {
  readonly median: number
  readonly p95: number
  readonly longest: number
}

/** Times in milliseconds. */
interface WindowBench {
  readonly browser: string
  readonly viewport: typeof VIEWPORT
  /** Mean number of processes that wanted the processor, before and after: a busy machine measures itself. */
  readonly load: readonly [before: number, after: number]
  readonly start: { readonly linkMs: number; readonly firstPaint: number; readonly usable: number }
  readonly tableMs: number
  /** Work of the page's main thread a frame, by the clock and of the processor's time. */
  readonly frames: { readonly count: number; readonly wall: Spread; readonly processor: Spread }
  readonly latency: { readonly steps: number } & Spread
  readonly zoom: Spread
  readonly memory: readonly MemorySample[]
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
  return { median: median(values), p95: at(0.95), longest: at(1) }
}

/** Started twice at one address: the second time the files are in the caches of system and browser. */
async function measureStart(browser: Browser, home: string): Promise<WindowBench['start']> {
  const context = await browser.newContext({ viewport: VIEWPORT })
  const page = await context.newPage()
  const first = await startShell(home, 0)
  await loads(page, first.url)
  await first.stop()
  const again = await startShell(home, Number(new URL(first.url).port))
  try {
    return { linkMs: again.linkMs, ...(await loads(page, again.url)) }
  } finally {
    await context.close()
    await again.stop()
  }
}

async function measure(browser: Browser, home: string, minutes: number): Promise<WindowBench> {
  const say = (words: string): void => void process.stderr.write(`${words} …\n`)
  const before = loadavg()[0]!
  say(`preparing a lab with ${formatCount(RUNS)} runs`)
  const { live, long } = prepareLab(home)
  say('starting')
  const start = await measureStart(browser, home)
  const served = await serve(home)
  const page = await browser.newPage({ viewport: VIEWPORT })
  await prepare(page)
  try {
    await loads(page, served.url)
    say('opening the table of runs')
    const tables: number[] = []
    for (let i = 0; i < REPEATS; i++) tables.push(await tableAppears(page))
    say(`zooming into ${formatCount(LONG_POINTS)} points`)
    await openRun(page, long, LONG_POINTS)
    const zooms = await zoomRefines(page, ZOOMS)
    say(`following a run for ${TRACED} seconds`)
    await openRun(page, live, LIVE_POINTS)
    const feed = served.feed(live)
    await page.waitForTimeout(2000)
    const { frames, latencies } = await followLive(browser, page, feed, TRACED * 1000)
    say(`watching the memory for ${minutes} min`)
    const memory = await memoryOver(page, minutes)
    feed.stop()
    return {
      ...{ browser: browser.version(), viewport: VIEWPORT, load: [before, loadavg()[0]!], start },
      tableMs: median(tables),
      frames: {
        count: frames.length,
        wall: spread(frames.map(({ wall }) => wall)),
        processor: spread(frames.map(({ processor }) => processor)),
      },
      latency: { steps: latencies.length, ...spread(latencies) },
      zoom: spread(zooms),
      memory,
    }
  } finally {
    await page.close()
    await served.close()
  }
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`

const spreadText = ({ median: middle, p95, longest }: Spread): string => `${ms(middle)} / ${ms(p95)} / ${ms(longest)}`

function asText(result: WindowBench): string {
  const { start, frames, latency, zoom, memory } = result
  const [first, last] = [memory[0]!, memory.at(-1)!]
  const grown = (of: (sample: MemorySample) => number): string =>
    `${formatBytes(of(first))} → ${formatBytes(of(last))} in ${(last.at / 60).toFixed(1)} min`
  const rows = [
    ['warm start: the shell gives its link', ms(start.linkMs), ''],
    ['warm start: first paint of the page', ms(start.firstPaint), '< 1000 ms'],
    [`warm start: ${formatCount(RUNS)} runs to be used`, ms(start.usable), '< 2000 ms'],
    [`the table of ${formatCount(RUNS)} runs appears`, ms(result.tableMs), '< 300 ms'],
    [`zoom refined, ${formatCount(LONG_POINTS)} points`, spreadText(zoom), '< 100 ms'],
    [`work a frame while a run trains (${formatCount(frames.count)} frames)`, spreadText(frames.wall), 'p95 < 16 ms'],
    ['… of the processor’s time', spreadText(frames.processor), ''],
    ['loss from its step to the curve', spreadText(latency), '< 300 ms'],
    ['memory of the window after collections', grown(({ windowBytes }) => windowBytes), 'flat'],
    ['memory of the lab’s process', grown(({ labBytes }) => labBytes), 'flat'],
  ]
  const head = `Chromium ${result.browser}, ${VIEWPORT.width} × ${VIEWPORT.height}; load ${result.load.map((of) => of.toFixed(1)).join(' → ')}`
  return `${head}\nThree times: median / 95th percentile / longest.\n${table([{ head: '' }, { head: 'measured', align: 'right' }, { head: 'wanted', align: 'right' }], rows)}`
}

const given = benchArguments()
const program = findBrowser()
if (program === null) throw new Error('No Chrome or Chromium was found: name one in HRM_LAB_BROWSER.')
if (!existsSync('out/renderer/index.html')) throw new Error('The window is not built: npm run build')
const home = mkdtempSync(join(tmpdir(), 'hrm-lab-bench-'))
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
try {
  const result = await measure(browser, home, given.minutes ?? MINUTES)
  report(given, { bench: 'window', ...result }, asText(result))
} finally {
  await browser.close()
  rmSync(home, { recursive: true, force: true })
}
