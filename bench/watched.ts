/**
 * What being watched costs the engine: a real training in the lab of the built server shell, its steps a second with and
 * without a window that shows its curves, in turns. Small batches make many steps a second, so it is about the most that watching costs.
 *   npm run bench -- watched [--minutes 4] [--json] [--out FILE]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { findBrowser } from '../scripts/test/browser.mjs'
import { table } from '../src/main/cli/output/table'
import { localAddress } from '../src/main/lab/local/address'
import { RemoteLab } from '../src/main/lab/local/connect'
import { formatPercent } from '../src/shared/charts/format'
import { findPreset } from '../src/main/lab/experiments/configure'
import { presetConfiguration } from '../src/shared/experiment/presets'
import { benchArguments } from './arguments'
import { median, report } from './result'
import { startShell } from './window/start'

const PRESET = 'cnn-mnist'
/** Small, so that there are many steps a second: watching costs by the step. */
const BATCH = 8
const MINUTES = 4
/** Of one turn, and of its begin that does not count, seconds. */
const TURN = 20
const SETTLE = 3

/** Optimizer steps a second in two turns beside each other. */
interface Pair {
  readonly alone: number
  readonly watched: number
}

const wait = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

/** Begins a training on MNIST that outlasts the measurement. @returns the run's id */
async function begin(lab: RemoteLab): Promise<string> {
  const imported = new Promise<string>((resolve, reject) =>
    lab.onEvent((event) => {
      if (event.kind !== 'import-end') return
      if (event.outcome.ok) resolve(event.outcome.dataSet)
      else reject(new Error(event.outcome.message))
    }),
  )
  await lab.request('dataSets.download', { key: 'mnist', choices: {} })
  const configuration = presetConfiguration(findPreset(PRESET))
  const training = { ...configuration.training, epochs: 1000, batch: BATCH }
  const { runs } = await lab.request('experiments.start', {
    ...{ name: PRESET, configuration: { ...configuration, training }, dataSet: await imported, seeds: [1] },
  })
  return runs[0]!
}

/** Steps a second over one turn. */
async function turn(lab: RemoteLab, run: string): Promise<number> {
  await wait(SETTLE)
  const [from, began] = [(await lab.request('runs.get', { id: run })).steps, performance.now()]
  await wait(TURN - SETTLE)
  const { steps } = await lab.request('runs.get', { id: run })
  return ((steps - from) * 1000) / (performance.now() - began)
}

async function measure(page: Page, home: string, minutes: number): Promise<Pair[]> {
  const shell = await startShell(home, 0)
  const lab = await RemoteLab.connect(localAddress(home))
  try {
    if (!lab) throw new Error('The lab does not answer at its local address.')
    const run = await begin(lab)
    while ((await lab.request('runs.get', { id: run })).steps < 20) await wait(1)
    const pairs: Pair[] = []
    for (let i = 0; i < Math.max(2, Math.round((minutes * 60) / (2 * TURN))); i++) {
      const alone = await turn(lab, run)
      await page.goto(`${shell.url}#/runs/${run}`)
      const watched = await turn(lab, run)
      await page.goto('about:blank')
      pairs.push({ alone, watched })
      process.stderr.write(`${alone.toFixed(2)} → ${watched.toFixed(2)} steps/s\n`)
    }
    await lab.request('runs.stop', { id: run })
    return pairs
  } finally {
    lab?.close()
    await shell.stop()
  }
}

const given = benchArguments()
const program = findBrowser()
if (program === null) throw new Error('No Chrome or Chromium was found: name one in HRM_LAB_BROWSER.')
if (!existsSync('out/renderer/index.html')) throw new Error('The window is not built: npm run build')
const home = mkdtempSync(join(tmpdir(), 'hrm-lab-bench-'))
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const pairs = await measure(page, home, given.minutes ?? MINUTES)
  const costs = pairs.map(({ alone, watched }) => 1 - watched / alone)
  const rows = pairs.map(({ alone, watched }, i) => [
    ...[`pair ${i + 1}`, alone.toFixed(2), watched.toFixed(2), formatPercent(costs[i]!)],
  ])
  const heads = ['', 'alone, steps/s', 'watched, steps/s', 'cost'].map((head) => ({ head, align: 'right' as const }))
  const text = `${table(heads, rows)}\nmedian cost of being watched: ${formatPercent(median(costs))}`
  report(given, { bench: 'watched', preset: PRESET, pairs, cost: median(costs) }, text)
} finally {
  await browser.close()
  rmSync(home, { recursive: true, force: true })
}
