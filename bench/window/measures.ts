/** What is measured in the page. Functions given to evaluate() run there. */
import type { Browser, Page } from 'playwright-core'
import type { Timed } from './case'
import { frameWork, type FrameWork } from './frames'
import type { Feed } from './served'

/** What the benchmark puts into the page. */
interface Helpers {
  /** The loss values that the curves were drawn from: 'drawn x of y' says y. */
  benchTotal(): number
  /** Totals as they came to be drawn, and when; Unix milliseconds. */
  benchSeen: [total: number, at: number][]
  /** Times of key presses, as performance.now() counts. */
  benchPresses: number[]
  /** Times of keys, presses and choices since it was emptied, alike. */
  benchEvents: number[]
  /** Settled with milliseconds once what is waited for is there. */
  benchTime: Promise<number>
  /** When the large chart was drawn. */
  benchDraws: number[]
  /** Requests for curves on their way, by number. */
  benchAsked: Set<number>
  /** How many there were in all, and when the last answer came. */
  benchAnswers: { asked: number; at: number }
}
declare const window: Helpers

/** Longest wait for what is measured, milliseconds: only a failure takes it. */
const PATIENCE = 30_000

/** Prepares a page, before it is loaded. */
export const prepare = (page: Page): Promise<unknown> =>
  page.addInitScript(() => {
    window.benchTotal = () => {
      const words = document.querySelector('figure.large figcaption')?.textContent ?? ''
      return Number(/of ([\d\s\u2009]+)/.exec(words)?.[1]?.replace(/\D/g, '') ?? 0)
    }
    window.benchSeen = []
    window.benchPresses = []
    addEventListener('keydown', (event) => window.benchPresses.push(event.timeStamp), { capture: true })
    window.benchEvents = []
    for (const kind of ['keydown', 'pointerdown', 'input'])
      addEventListener(kind, (event) => window.benchEvents.push(event.timeStamp), { capture: true })
    window.benchDraws = []
    const { clearRect } = CanvasRenderingContext2D.prototype
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      // A chart that is drawn begins so.
      if ('closest' in this.canvas && this.canvas.closest('figure.large')) window.benchDraws.push(performance.now())
      clearRect.apply(this, box)
    }
    window.benchAsked = new Set()
    window.benchAnswers = { asked: 0, at: 0 }
    const { send } = WebSocket.prototype
    const heard = new WeakSet<WebSocket>()
    WebSocket.prototype.send = function (this: WebSocket, data) {
      const id = Number(/^\{"id":(\d+),"name":"runs.curves"/.exec(String(data))?.[1] ?? -1)
      if (id >= 0) {
        window.benchAsked.add(id)
        window.benchAnswers.asked += 1
      }
      if (!heard.has(this))
        this.addEventListener('message', ({ data: text }) => {
          const answered = Number(/^\{"id":(\d+)/.exec(String(text).slice(0, 20))?.[1] ?? -1)
          if (window.benchAsked.delete(answered)) window.benchAnswers.at = performance.now()
        })
      heard.add(this)
      send.call(this, data)
    }
  })

/** Goes to a place in the window without loading it anew. */
export const go = (page: Page, hash: string): Promise<void> => page.evaluate((to) => void (location.hash = to), hash)

/** The table of runs from the press to its rows on the screen, coming from another view; milliseconds. */
export async function tableAppears(page: Page): Promise<number> {
  await go(page, '#/engine')
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length === 0)
  await page.waitForTimeout(300)
  return page.evaluate(async () => {
    const began = performance.now()
    location.hash = '#/runs'
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))
    while (document.querySelectorAll('tbody tr').length < 10) await frame()
    await frame() // Painted.
    return performance.now() - began
  })
}

/** Opens a run and waits for its curves. */
export async function openRun(page: Page, id: string, points: number): Promise<void> {
  await go(page, `#/runs/${id}`)
  await page.waitForFunction((least) => window.benchTotal() >= least, points, { timeout: 60_000 })
  await page.waitForTimeout(1500)
}

/** What a live run costs the window, and how late its loss is seen. */
export interface LiveMeasure {
  /** Work of the main thread by frame. */
  readonly frames: readonly FrameWork[]
  /** From each step to the frame after the one that drew it, milliseconds; the engine's and the lab's gathering included. */
  readonly latencies: readonly number[]
}

/** Follows the run that is open and trains for so many milliseconds. */
export async function followLive(browser: Browser, page: Page, feed: Feed, ms: number): Promise<LiveMeasure> {
  await page.evaluate(() => {
    const { benchSeen } = window
    const look = (): void => {
      const total = window.benchTotal()
      if (total !== benchSeen.at(-1)?.[0]) benchSeen.push([total, performance.timeOrigin + performance.now()])
      requestAnimationFrame(look)
    }
    look()
  })
  let from = 0
  const frames = await frameWork(browser, page, () => {
    from = feed.madeAt.length
    return page.waitForTimeout(ms)
  })
  const to = feed.madeAt.length
  await page.waitForTimeout(1000)
  const seen = await page.evaluate(() => window.benchSeen)
  const latencies = feed.madeAt.slice(from, to).flatMap((made, i) => {
    const total = feed.firstStep + from + i + 1
    const shown = seen.find(([count]) => count >= total)
    if (!shown) throw new Error(`Step ${total} was never drawn.`)
    return [shown[1] - made]
  })
  return { frames, latencies }
}

/** Zooms into the run that is open, key by key; from each press to the frame after the refined curves were drawn, milliseconds. */
export async function zoomRefines(page: Page, times: number): Promise<number[]> {
  await page.locator('figure.large .plot').focus()
  const total = (): Promise<number> => page.evaluate(() => window.benchTotal())
  await page.evaluate(() => void window.benchPresses.splice(0))
  const latencies: number[] = []
  let before = await total()
  for (let i = 0; i < times; i++) {
    // What is drawn until the answer comes is the whole run, thinned: it has more points than any zoom.
    const refined = page.evaluate(
      (given) =>
        new Promise<number>((resolve) => {
          const look = (): void => {
            const pressed = window.benchPresses[given.press]
            if (pressed !== undefined && window.benchTotal() < given.before) resolve(performance.now() - pressed)
            else requestAnimationFrame(look)
          }
          look()
        }),
      { before, press: i },
    )
    await page.keyboard.press('+')
    latencies.push(await refined)
    before = await total()
    await page.waitForTimeout(400)
  }
  await page.keyboard.press('0')
  return latencies
}

/** Opens a tab of what is shown. @param there whether it shows what it is for @returns from the press to the frame after that */
export async function openTab(page: Page, name: string, there: () => boolean): Promise<Timed> {
  const tab = page.getByRole('tab', { name })
  await tab.waitFor()
  await page.waitForTimeout(500)
  return timed(page, async () => {
    await tab.click()
    await page.waitForFunction(there)
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)))
  })
}

/**
 * Does something that takes a while. Of the processor's time counts what the lab's process took, which is the benchmark's
 * too, and the page's main thread: one after the other on a machine with nothing else to do.
 * @param wall how long it took by the clock, where that is not from begin to end
 */
export async function timed(page: Page, doing: () => Promise<number | void>): Promise<Timed> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  const taken = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics')
    const { user, system } = process.cpuUsage()
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) + (user + system) / 1000
  }
  const [before, began] = [await taken(), performance.now()]
  const wall = (await doing()) ?? performance.now() - began
  const processor = (await taken()) - before
  await session.detach()
  return { wall, processor }
}

/**
 * Does something that shows other images; from the event of it to the frame after every thumbnail in sight was there,
 * milliseconds.
 */
export async function thumbnailsAfter(page: Page, doing: () => Promise<unknown>): Promise<Timed> {
  await page.evaluate(() => {
    // Rows above and below the grid's sight are loaded too, and not waited for.
    const images = (): HTMLImageElement[] => {
      const sight = document.querySelector('.grid')?.getBoundingClientRect()
      const all = [...document.querySelectorAll<HTMLImageElement>('.cell img')]
      return all.filter((one) => one.getBoundingClientRect().top < (sight?.bottom ?? 0))
    }
    const before = images()[0]?.src
    window.benchEvents.splice(0)
    window.benchTime = new Promise((resolve) => {
      const look = (): void => {
        const [began] = window.benchEvents
        const [first] = images()
        const there = first && first.src !== before && images().every((one) => one.complete && one.naturalWidth > 0)
        if (began !== undefined && there) resolve(performance.now() - began)
        else requestAnimationFrame(look)
      }
      look()
    })
  })
  return timedWait(page, doing)
}

/** Does something, then waits for what the page was told to wait for. @throws Error when that does not come */
async function timedWait(page: Page, doing: () => Promise<unknown>): Promise<Timed> {
  const time = await timed(page, async () => {
    await doing()
    const late = page.waitForTimeout(PATIENCE).then(() => null)
    const wall = await Promise.race([page.evaluate(() => window.benchTime), late])
    if (wall === null) throw new Error('What was waited for did not appear.')
    return wall
  })
  await page.waitForTimeout(400)
  return time
}

/** Waits until the curves of all compared runs were read and drawn. */
export async function comparedShown(page: Page): Promise<void> {
  await page.waitForFunction(
    () => {
      const { benchAsked, benchAnswers, benchDraws } = window
      const caption = document.querySelector('figure.large figcaption')?.textContent
      const read = caption !== undefined && !caption.includes('reading') && benchAsked.size === 0
      return read && (benchDraws.at(-1) ?? 0) > benchAnswers.at
    },
    null,
    { timeout: 4 * PATIENCE, polling: 'raf' },
  )
}

/** Zooms into compared curves, key by key; from each press to the frame after all refined ones were drawn, milliseconds. */
export async function comparedRefines(page: Page, times: number): Promise<Timed[]> {
  await page.locator('figure.large .plot').focus()
  const latencies: Timed[] = []
  for (let i = 0; i < times; i++) {
    await page.evaluate(() => {
      window.benchEvents.splice(0)
      const before = window.benchAnswers.asked
      window.benchTime = new Promise((resolve) => {
        const look = (): void => {
          const { benchAsked, benchAnswers, benchDraws, benchEvents } = window
          const answered = benchAnswers.asked > before && benchAsked.size === 0
          if (answered && (benchDraws.at(-1) ?? 0) > benchAnswers.at) resolve(performance.now() - benchEvents[0]!)
          else requestAnimationFrame(look)
        }
        look()
      })
    })
    latencies.push(await timedWait(page, () => page.keyboard.press('+')))
  }
  return latencies
}

/** Memory in use after a collection, while a run trains. */
export interface MemorySample {
  /** Seconds since the first sample. */
  readonly at: number
  readonly windowBytes: number
  readonly labBytes: number
}

/** Samples the memory of the window and of the lab's process, evenly over so many minutes. */
export async function memoryOver(page: Page, minutes: number, samples = 6): Promise<MemorySample[]> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const began = performance.now()
  const taken: MemorySample[] = []
  for (let i = 0; i < samples; i++) {
    if (i > 0) await page.waitForTimeout((minutes * 60_000) / (samples - 1))
    await session.send('HeapProfiler.collectGarbage')
    const { metrics } = await session.send('Performance.getMetrics')
    const windowBytes = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN
    const at = (performance.now() - began) / 1000
    taken.push({ at, windowBytes, labBytes: process.memoryUsage.rss() })
  }
  await session.detach()
  return taken
}

/** When a page that is loaded showed something, and when its table of runs could be used; milliseconds since it was asked for. */
export async function loads(page: Page, url: string): Promise<{ firstPaint: number; usable: number }> {
  await page.goto(url, { waitUntil: 'commit' })
  await page.waitForFunction(() => document.querySelectorAll('tbody tr').length >= 10)
  return page.evaluate(async () => {
    await new Promise((resolve) => requestAnimationFrame(resolve))
    const usable = performance.now()
    const paint = performance.getEntriesByName('first-contentful-paint')[0]
    return { firstPaint: paint?.startTime ?? NaN, usable }
  })
}
