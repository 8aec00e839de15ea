/** Cases of the table of runs and of one run's curves. */
import { formatBytes, formatCount } from '../../src/shared/charts/format'
import { frameRows, spread, type Case } from './case'
import { followLive, memoryOver, openRun, tableAppears, zoomRefines } from './measures'
import { LIVE_POINTS, LONG_POINTS, RUNS, scriptedSteps } from './prepare'

/** Seconds that frames are traced for. */
const TRACED = 20
const ZOOMS = 10
const REPEATS = 5

export const table: Case = {
  doing: 'opening the table of runs',
  prepare: () => [],
  async measure({ page }) {
    const times: number[] = []
    for (let i = 0; i < REPEATS; i++) times.push(await tableAppears(page))
    return [{ what: `the table of ${formatCount(RUNS)} runs appears`, measured: spread(times), wanted: '< 300 ms' }]
  },
}

export const zoom: Case = {
  doing: `zooming into ${formatCount(LONG_POINTS)} points`,
  prepare(lab, runs) {
    const long = runs.at(-2)!
    lab.store.steps.append(long, scriptedSteps(0, LONG_POINTS, 0))
    return [long]
  },
  async measure({ page }, [long]) {
    await openRun(page, long!, LONG_POINTS)
    const measured = spread(await zoomRefines(page, ZOOMS))
    return [{ what: `zoom refined, ${formatCount(LONG_POINTS)} points`, measured, wanted: '< 100 ms' }]
  },
}

export const live: Case = {
  doing: `following a run for ${TRACED} seconds, then the memory`,
  prepare({ store }, runs) {
    const id = runs.at(-1)!
    store.steps.append(id, scriptedSteps(0, LIVE_POINTS, 0))
    store.transaction(() => {
      for (let i = 1; i <= LIVE_POINTS; i++)
        store.memory.insert(id, { steps: i, residentBytes: 2e9 + 1e6 * Math.sin(i / 50) })
      store.runs.setState(id, 'running')
    })
    return [id]
  },
  async measure({ browser, page, served, minutes }, [id]) {
    await openRun(page, id!, LIVE_POINTS)
    const feed = served.feed(id!)
    await page.waitForTimeout(2000)
    const { frames, latencies } = await followLive(browser, page, feed, TRACED * 1000)
    const memory = await memoryOver(page, minutes)
    feed.stop()
    const grown = (of: (sample: (typeof memory)[number]) => number): string =>
      `${formatBytes(of(memory[0]!))} → ${formatBytes(of(memory.at(-1)!))} in ${(memory.at(-1)!.at / 60).toFixed(1)} min`
    return [
      ...frameRows('work a frame while a run trains', frames),
      { what: 'loss from its step to the curve', measured: spread(latencies), wanted: '< 300 ms' },
      { what: 'memory of the window after collections', measured: grown((at) => at.windowBytes), wanted: 'flat' },
      { what: 'memory of the lab’s process', measured: grown((at) => at.labBytes), wanted: 'flat' },
    ]
  },
}
