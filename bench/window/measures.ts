/** What is measured in the page. Functions given to evaluate() run there. */
import type { Browser, Page } from 'playwright-core'
import { frameWork, type FrameWork } from './frames'
import { go, type Helpers } from './page'
import type { Feed } from './served'
declare const window: Helpers

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
