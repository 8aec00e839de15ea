/** Things a person does, timed until they are on the screen. Functions given to evaluate() run in the page. */
import type { Page } from 'playwright-core'
import type { Timed } from './case'
import type { Helpers } from './page'
declare const window: Helpers

/** Longest wait for what is measured, milliseconds: only a failure takes it. */
const PATIENCE = 30_000

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
