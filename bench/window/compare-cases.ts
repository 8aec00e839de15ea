/** Cases of runs compared. */
import type { Page } from 'playwright-core'
import { formatCount } from '../../src/shared/charts/format'
import { frameRows, timedRows, type Case } from './case'
import { frameWork } from './frames'
import { go } from './page'
import { insertRun, LONG_POINTS, scriptedSteps } from './prepare'
import { comparedRefines, comparedShown, timed } from './timed'

const LINES = 10
const ZOOMS = 16
const PRESSES = 120
const MANY = 200
const MANY_POINTS = 5000

const compare = (page: Page, ids: readonly string[]): Promise<void> => go(page, `#/compare?runs=${ids.join(',')}`)

export const lines: Case = {
  doing: `${LINES} lines of ${formatCount(LONG_POINTS)} points in one chart`,
  prepare(lab) {
    const steps = scriptedSteps(0, LONG_POINTS, 0)
    return Array.from({ length: LINES }, (_, i) => {
      const id = insertRun(lab, { name: `line ${i + 1}`, seed: i, epochs: 5 })
      lab.store.steps.append(id, { ...steps, loss: steps.loss.map((value) => value * (1 + i / 5)) })
      return id
    })
  },
  async measure({ browser, page }, ids) {
    const first = await timed(page, async () => {
      await compare(page, ids)
      await comparedShown(page)
    })
    await page.waitForTimeout(1500)
    const zooms = await comparedRefines(page, ZOOMS)
    const frames = await frameWork(browser, page, async () => {
      for (const key of ['ArrowRight', 'ArrowLeft']) for (let i = 0; i < PRESSES; i++) await page.keyboard.press(key)
    })
    await page.keyboard.press('0')
    const what = `${LINES} lines of ${formatCount(LONG_POINTS)} points`
    return [
      ...timedRows(`${what} read and drawn, the first time`, '', [first]),
      ...timedRows(`${what}: zoom refined`, '< 100 ms', zooms),
      ...frameRows(`${what}: work a frame while they are moved`, frames),
    ]
  },
}

export const many: Case = {
  doing: `comparing ${MANY} runs`,
  prepare(lab, runs) {
    const ids = runs.slice(0, MANY)
    const steps = scriptedSteps(0, MANY_POINTS, 0)
    for (const id of ids) lab.store.steps.append(id, steps)
    return ids
  },
  async measure({ page }, ids) {
    const curves = await timed(page, async () => {
      await compare(page, ids)
      await comparedShown(page)
    })
    const tab = (name: string): Promise<void> => page.getByRole('tab', { name }).click()
    const count = (least: number): Promise<unknown> =>
      page.waitForFunction((rows) => document.querySelectorAll('tbody tr').length >= rows, least)
    await page.waitForTimeout(1000)
    await tab('Table')
    // Seeds of a configuration would be one row.
    await page.getByLabel('Seeds as one row').uncheck()
    await count(ids.length)
    await tab('Curves')
    await page.waitForTimeout(1000)
    const table = await timed(page, async () => {
      await tab('Table')
      await count(ids.length)
    })
    const again = await timed(page, async () => {
      await tab('Curves')
      await comparedShown(page)
    })
    return [
      ...timedRows(`${MANY} runs compared: all curves drawn`, '', [curves]),
      ...timedRows(`${MANY} runs compared: table of all`, '', [table]),
      ...timedRows(`${MANY} runs compared: curves again`, '', [again]),
    ]
  },
}
