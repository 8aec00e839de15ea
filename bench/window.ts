/**
 * How the window feels: in a real Chromium, against the real server, over a lab with 1,000 runs. Nothing is trained: a
 * scripted run tells of new steps as an engine does.
 *   npm run bench -- window [--cases matrix,cell] [--minutes 10] [--json] [--out FILE]
 */
import { loadavg } from 'node:os'
import type { Browser } from 'playwright-core'
import { table as textTable } from '../src/main/cli/output/table'
import { formatCount } from '../src/shared/charts/format'
import { benchArguments, chosenCases } from './arguments'
import { report } from './result'
import { inBrowser } from './window/browser'
import { caseNames, spread, type Case, type CaseName, type Row } from './window/case'
import { lines, many } from './window/compare-cases'
import { cell, matrix, probabilities } from './window/image-cases'
import { loads } from './window/measures'
import { prepare } from './window/page'
import { prepareLab, RUNS } from './window/prepare'
import { live, table, zoom } from './window/run-cases'
import { serve } from './window/served'
import { startShell } from './window/start'

const MINUTES = 1
const VIEWPORT = { width: 1440, height: 900 }

/** All cases but the start, which needs no page of its own. */
const cases: Readonly<Record<Exclude<CaseName, 'start'>, Case>> = {
  ...{ table, zoom, live, matrix, cell, probabilities, lines, many },
}

/** Times in milliseconds. */
interface WindowBench {
  readonly browser: string
  readonly viewport: typeof VIEWPORT
  /** Mean number of processes that wanted the processor, before and after: a busy machine measures itself. */
  readonly load: readonly [before: number, after: number]
  readonly rows: readonly (Row & { readonly case: CaseName })[]
}

/** Started twice at one address: the second time the files are in the caches of system and browser. */
async function measureStart(browser: Browser, home: string): Promise<Row[]> {
  const context = await browser.newContext({ viewport: VIEWPORT })
  const page = await context.newPage()
  const first = await startShell(home, 0)
  await loads(page, first.url)
  await first.stop()
  const again = await startShell(home, Number(new URL(first.url).port))
  try {
    const { firstPaint, usable } = await loads(page, again.url)
    const row = (what: string, time: number, wanted: string): Row => ({
      ...{ what: `warm start: ${what}`, measured: spread([time]), wanted },
    })
    return [
      row('the shell gives its link', again.linkMs, ''),
      row('first paint of the page', firstPaint, '< 1000 ms'),
      row(`${formatCount(RUNS)} runs to be used`, usable, '< 2000 ms'),
    ]
  } finally {
    await context.close()
    await again.stop()
  }
}

const say = (words: string): void => void process.stderr.write(`${words} …\n`)

/** Measures cases one after the other in one page. */
async function measureCases(
  browser: Browser,
  home: string,
  minutes: number,
  chosen: readonly { readonly name: CaseName; readonly one: Case; readonly ids: readonly string[] }[],
): Promise<WindowBench['rows']> {
  const served = await serve(home)
  const page = await browser.newPage({ viewport: VIEWPORT })
  await prepare(page)
  try {
    await loads(page, served.url)
    const rows: WindowBench['rows'][number][] = []
    for (const { name, one, ids } of chosen) {
      say(one.doing)
      const measured = await one.measure({ browser, page, served, minutes }, ids)
      rows.push(...measured.map((row) => ({ case: name, ...row })))
    }
    return rows
  } finally {
    await page.close()
    await served.close()
  }
}

async function measure(
  browser: Browser,
  home: string,
  minutes: number,
  names: readonly CaseName[],
): Promise<WindowBench> {
  const before = loadavg()[0]!
  const others = names.filter((name) => name !== 'start')
  say(`preparing a lab with ${formatCount(RUNS)} runs`)
  const ids = prepareLab(
    home,
    others.map((name) => cases[name]),
  )
  if (names.includes('start')) say('starting')
  const start = names.includes('start') ? await measureStart(browser, home) : []
  const chosen = others.map((name, i) => ({ name, one: cases[name], ids: ids[i]! }))
  const rest = chosen.length > 0 ? await measureCases(browser, home, minutes, chosen) : []
  return {
    ...{ browser: browser.version(), viewport: VIEWPORT, load: [before, loadavg()[0]!] },
    rows: [...start.map((row) => ({ case: 'start' as const, ...row })), ...rest],
  }
}

const ms = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} ms`

function measuredText(measured: Row['measured']): string {
  if (typeof measured === 'string') return measured
  const { count, median: middle, p95, longest } = measured
  return count === 1 ? ms(middle) : `${ms(middle)} / ${ms(p95)} / ${ms(longest)} (${formatCount(count)})`
}

function asText({ browser: version, load, rows }: WindowBench): string {
  const head = `Chromium ${version}, ${VIEWPORT.width} × ${VIEWPORT.height}; load ${load.map((of) => of.toFixed(1)).join(' → ')}`
  const columns = [{ head: '' }, { head: 'measured', align: 'right' }, { head: 'wanted', align: 'right' }] as const
  const lines = rows.map(({ what, measured, wanted }) => [what, measuredText(measured), wanted])
  return `${head}\nThree times: median / 95th percentile / longest, and of how many.\n${textTable(columns, lines)}`
}

const given = benchArguments()
const names = chosenCases(given.cases, caseNames)
await inBrowser(async (browser, home) => {
  const result = await measure(browser, home, given.minutes ?? MINUTES, names)
  report(given, { bench: 'window', ...result }, asText(result))
})
