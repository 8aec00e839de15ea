/**
 * What is done beside a training costs it: a real training in the lab of the built server shell, its steps a second alone and
 * beside something else, in turns. Small batches make many steps a second, so it is about the most that it costs by the step.
 *   npm run bench -- beside [--cases curves,images,import] [--rounds 6] [--json] [--out FILE]
 * What the lab's own process takes, the store among it, is told by its processor time in the turns alone.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import sharp from 'sharp'
import { table } from '../src/main/cli/output/table'
import { localAddress } from '../src/main/lab/local/address'
import { RemoteLab } from '../src/main/lab/local/connect'
import { findPreset } from '../src/main/lab/experiments/configure'
import { formatPercent } from '../src/shared/charts/format'
import { presetConfiguration } from '../src/shared/experiment/presets'
import { benchArguments, chosenCases } from './arguments'
import { median, report } from './result'
import { inBrowser } from './window/browser'
import { startShell, type Started } from './window/start'

const PRESET = 'cnn-mnist'
/** Small, so that there are many steps a second. */
const BATCH = 8
/** Steps of an epoch of MNIST. */
const EPOCH = 60_000 / BATCH
const ROUNDS = 6
/** Of one turn, and of its begin that does not count, seconds. */
const TURN = 20
const SETTLE = 3
/** Photos that an import reads; more than it gets through in a turn. */
const PHOTOS = 12_000
/** Milliseconds between two turns of the wheel over a wall of images, and how far each goes: about its height a second. */
const SCROLL = { every: 250, by: 200 }
/** Of Linux's counters in /proc, milliseconds. */
const TICK = 10

/** What is done beside a training in a turn: begins it, and gives how to end it. */
type Beside = () => Promise<() => Promise<void>>

/** What a turn showed. */
interface Turn {
  readonly stepsPerSecond: number
  /** Processor time of the lab's process a step, milliseconds; null where the system does not tell. */
  readonly labMs: number | null
}

/** Turns beside each other. */
interface Pair {
  readonly alone: Turn
  readonly beside: Turn
}

interface World {
  readonly shell: Started
  readonly lab: RemoteLab
  readonly page: Page
  readonly run: string
  readonly dataSet: string
  /** A folder of photos, made when an import needs it. */
  readonly photos: string
}

const wait = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000))

const cases: Readonly<Record<string, (world: World) => Beside>> = {
  curves:
    ({ shell, page, run }) =>
    async () => {
      await page.goto(`${shell.url}#/runs/${run}`)
      return () => leave(page)
    },
  images:
    ({ shell, page, dataSet }) =>
    async () => {
      await page.goto(`${shell.url}#/data/${dataSet}`)
      const classes = page.getByRole('listbox', { name: /^Classes of/ })
      await classes.focus()
      await page.keyboard.press('Enter')
      const wall = page.getByRole('listbox', { name: /^Images of/ })
      await wall.hover()
      let going = true
      const scrolling = (async () => {
        while (going) {
          await page.mouse.wheel(0, SCROLL.by)
          await wait(SCROLL.every / 1000)
        }
      })()
      return async () => {
        going = false
        await scrolling
        await leave(page)
      }
    },
  import:
    ({ lab, photos }) =>
    async () => {
      if (!existsSync(photos)) await writePhotos(photos)
      const { import: number } = await lab.request('dataSets.import', { path: photos, choices: { size: 32 } })
      let done = 0
      const ended = new Promise<boolean>((resolve) =>
        lab.onEvent((event) => {
          if (event.kind === 'import-progress' && event.import === number) done = event.done
          if (event.kind === 'import-end' && event.import === number) resolve(event.outcome.ok)
        }),
      )
      return async () => {
        process.stderr.write(`import: ${done} photos in this turn\n`)
        await lab.request('dataSets.cancelImport', { import: number })
        if (await ended) throw new Error(`The import of ${PHOTOS} photos ended within a turn: nothing was measured.`)
      }
    },
}

const leave = async (page: Page): Promise<void> => void (await page.goto('about:blank'))

/** Noise, each photo another, in two classes. */
async function writePhotos(folder: string): Promise<void> {
  const side = 128
  const pixels = new Uint8Array(side * side * 3)
  for (let i = 0; i < pixels.length; i++) pixels[i] = (i * 2_654_435_761) >>> 24
  for (let i = 0; i < PHOTOS; i++) {
    const name = join(folder, `class ${i % 2}`)
    if (i < 2) mkdirSync(name, { recursive: true })
    pixels.fill(i & 255, 0, 3)
    pixels.fill(i >> 8, 3, 6)
    const image = sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    await image.jpeg().toFile(join(name, `${i}.jpg`))
  }
}

/** Begins a training on MNIST that outlasts the measurement. */
async function begin(lab: RemoteLab): Promise<Pick<World, 'run' | 'dataSet'>> {
  const imported = new Promise<string>((resolve, reject) =>
    lab.onEvent((event) => {
      if (event.kind !== 'import-end') return
      if (event.outcome.ok) resolve(event.outcome.dataSet)
      else reject(new Error(event.outcome.message))
    }),
  )
  await lab.request('dataSets.download', { key: 'mnist', choices: {} })
  const dataSet = await imported
  const configuration = presetConfiguration(findPreset(PRESET))
  const training = { ...configuration.training, epochs: 1000, batch: BATCH }
  const { runs } = await lab.request('experiments.start', {
    ...{ name: PRESET, configuration: { ...configuration, training }, dataSet, seeds: [1] },
  })
  return { run: runs[0]!, dataSet }
}

/** Milliseconds of processor time that a process has taken; null where the system does not tell. */
function processorTime(pid: number): number | null {
  try {
    // After the name in brackets: state, then from the 14th field of all the user's and the system's time.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return TICK * (Number(fields[11]) + Number(fields[12]))
  } catch {
    return null
  }
}

/** A turn with an evaluation in it, which makes no steps, is taken again. */
async function turn(world: World): Promise<Turn> {
  const { lab, run, shell } = world
  await wait(SETTLE)
  const steps = async (): Promise<number> => (await lab.request('runs.get', { id: run })).steps
  const [from, began, taken] = [await steps(), performance.now(), processorTime(shell.pid)]
  await wait(TURN - SETTLE)
  const to = await steps()
  const seconds = (performance.now() - began) / 1000
  const now = processorTime(shell.pid)
  if (Math.floor(to / EPOCH) !== Math.floor((from - 1) / EPOCH)) return turn(world)
  const done = to - from
  return { stepsPerSecond: done / seconds, labMs: now === null || taken === null ? null : (now - taken) / done }
}

const costOf = ({ alone, beside }: Pair): number => 1 - beside.stepsPerSecond / alone.stepsPerSecond

async function measure(world: World, name: string, rounds: number): Promise<Pair[]> {
  const beside = cases[name]!(world)
  // Once unmeasured: what is made or read the first time is not what it costs later.
  await (
    await beside()
  )()
  const pairs: Pair[] = []
  for (let round = 0; round < rounds; round++) {
    const alone = await turn(world)
    const end = await beside()
    const pair = { alone, beside: await turn(world) }
    await end()
    pairs.push(pair)
    process.stderr.write(
      `${name}: ${alone.stepsPerSecond.toFixed(2)} → ${pair.beside.stepsPerSecond.toFixed(2)} steps/s\n`,
    )
  }
  return pairs
}

/** @returns pairs by case */
async function measureAll(page: Page, home: string, names: readonly string[], rounds: number) {
  const shell = await startShell(home, 0)
  const lab = await RemoteLab.connect(localAddress(home))
  try {
    if (!lab) throw new Error('The lab does not answer at its local address.')
    const world = { shell, lab, page, photos: join(home, 'photos'), ...(await begin(lab)) }
    while ((await lab.request('runs.get', { id: world.run })).steps < 20) await wait(1)
    const all: { name: string; pairs: Pair[] }[] = []
    for (const name of names) all.push({ name, pairs: await measure(world, name, rounds) })
    await lab.request('runs.stop', { id: world.run })
    return all
  } finally {
    lab?.close()
    await shell.stop()
  }
}

function text(all: readonly { readonly name: string; readonly pairs: readonly Pair[] }[]): string {
  const right = { align: 'right' as const }
  const heads = [
    { head: 'beside it' },
    ...['pair', 'alone, steps/s', 'beside, steps/s', 'cost'].map((head) => ({ head, ...right })),
  ]
  const rows = all.flatMap(({ name, pairs }) =>
    pairs.map((pair, i) => [
      ...[name, `${i + 1}`, pair.alone.stepsPerSecond.toFixed(2), pair.beside.stepsPerSecond.toFixed(2)],
      formatPercent(costOf(pair)),
    ]),
  )
  const costs = all.map(({ name, pairs }) => `median cost of ${name}: ${formatPercent(median(pairs.map(costOf)))}`)
  const turns = all.flatMap(({ pairs }) => pairs.map(({ alone }) => alone))
  const lab = turns.flatMap(({ labMs }) => (labMs === null ? [] : [labMs]))
  const stepMs = median(turns.map(({ stepsPerSecond }) => 1000 / stepsPerSecond))
  const own =
    lab.length === 0
      ? 'This system does not tell the processor time of the lab’s process.'
      : `the lab itself, alone: ${median(lab).toFixed(2)} ms of processor time a step of ${stepMs.toFixed(0)} ms`
  return [table(heads, rows), ...costs, own].join('\n')
}

const given = benchArguments()
const names = chosenCases(given.cases, Object.keys(cases))
await inBrowser(async (browser, home) => {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const all = await measureAll(page, home, names, given.rounds ?? ROUNDS)
  report(given, { bench: 'beside', preset: PRESET, cases: all }, text(all))
})
