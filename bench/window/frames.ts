import type { Browser, Page } from 'playwright-core'

interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds. */
  readonly ts: number
  readonly dur?: number
  /** Of it spent on the processor; a busy machine makes the rest. */
  readonly tdur?: number
}

/**
 * Work of the page's main thread in each frame while `during` runs: script, style, layout and paint, in order.
 * Frames are made at every refresh, as while something moves.
 */
export async function frameWork(browser: Browser, page: Page, during: () => Promise<void>): Promise<FrameWork[]> {
  await page.evaluate(() => {
    const again = (): void => void requestAnimationFrame(again)
    again()
  })
  await browser.startTracing(page, {
    categories: ['disabled-by-default-devtools.timeline', 'disabled-by-default-devtools.timeline.frame'],
  })
  await during()
  const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] }
  const work = workByFrame(trace.traceEvents)
  if (work.length === 0) throw new Error('The browser traced no frame.')
  return work
}

/** What a frame took; milliseconds. */
export interface FrameWork {
  /** By the clock. */
  readonly wall: number
  /** Of it spent on the processor: what it would take on a machine with nothing else to do. */
  readonly processor: number
}

/** Sums the tasks of the busiest main thread between one frame's beginning and the next one's. */
export function workByFrame(events: readonly TraceEvent[]): FrameWork[] {
  const begins = events.filter(({ name }) => name === 'BeginMainThreadFrame')
  const threads = Map.groupBy(begins, ({ pid, tid }) => `${pid} ${tid}`)
  const [thread = ''] = [...threads].sort(([, a], [, b]) => b.length - a.length)[0] ?? []
  const tasks = events
    .filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && `${pid} ${tid}` === thread)
    .sort((a, b) => a.ts - b.ts)
  const starts = (threads.get(thread) ?? []).map(({ ts }) => ts).sort((a, b) => a - b)
  const work: { wall: number; processor: number }[] = []
  let frame = -1
  for (const { ts, dur = 0, tdur = NaN } of tasks) {
    // A frame begins inside the task that makes it.
    while (frame + 1 < starts.length && starts[frame + 1]! <= ts + dur) {
      frame++
      work.push({ wall: 0, processor: 0 })
    }
    if (frame < 0) continue
    work[frame]!.wall += dur / 1000
    work[frame]!.processor += tdur / 1000
  }
  // The last one may have been cut off.
  return work.slice(0, -1)
}
