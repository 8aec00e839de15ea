/** Cases of a run's confusion matrix and images. */
import type { Page } from 'playwright-core'
import { formatCount } from '../../src/shared/charts/format'
import { frameRows, timedRows, type Case, type Timed } from './case'
import { frameWork } from './frames'
import { go } from './page'
import { insertTested, listDataSet, TEST_IMAGES } from './prepare'
import { openTab, thumbnailsAfter } from './timed'

const CLASSES = 1000
/** Moves of the wheel and of the pointer, each way. */
const MOVES = 60
const CELLS = 12
const OPENINGS = 6

export const matrix: Case = {
  doing: `moving a matrix of ${formatCount(CLASSES)} classes`,
  prepare(lab) {
    listDataSet(lab, { id: 'bench-classes', classes: CLASSES, test: TEST_IMAGES })
    return [insertTested(lab, { dataSet: 'bench-classes', classes: CLASSES })]
  },
  async measure({ browser, page }, [id]) {
    await go(page, `#/runs/${id}`)
    const opened = await openTab(page, 'Confusion', () => document.querySelectorAll('.matrix canvas').length > 0)
    await page.waitForTimeout(1500)
    let seconds = 0
    const frames = await frameWork(browser, page, async () => {
      const began = performance.now()
      await moveMatrix(page)
      seconds = (performance.now() - began) / 1000
    })
    return [
      ...timedRows(`matrix of ${formatCount(CLASSES)} classes opened`, '', [opened]),
      ...frameRows('work a frame while it is zoomed and dragged', frames),
      { what: 'frames a second meanwhile', measured: (frames.length / seconds).toFixed(1), wanted: '60' },
    ]
  },
}

/** Zooms in by the wheel, drags it about, zooms out. */
async function moveMatrix(page: Page): Promise<void> {
  const box = (await page.locator('.matrix canvas').boundingBox())!
  const [x, y] = [box.x + 0.6 * box.width, box.y + 0.6 * box.height]
  const turn = async (by: number): Promise<void> => {
    await page.keyboard.down('Control')
    for (let i = 0; i < MOVES; i++) await page.mouse.wheel(0, by)
    await page.keyboard.up('Control')
  }
  await page.mouse.move(x, y)
  await turn(-25)
  await page.mouse.down()
  for (let i = 1; i <= MOVES; i++) await page.mouse.move(x - 120 * Math.sin(i / 8), y - 100 * Math.sin(i / 5))
  await page.mouse.up()
  await turn(25)
}

export const cell: Case = {
  doing: 'opening cells of a matrix',
  prepare(lab) {
    listDataSet(lab, { id: 'bench-cells', classes: 10, test: TEST_IMAGES, pixels: true })
    return [insertTested(lab, { dataSet: 'bench-cells', classes: 10 })]
  },
  async measure({ page }, [id]) {
    await go(page, `#/runs/${id}`)
    await openTab(page, 'Confusion', () => document.querySelectorAll('.matrix canvas').length > 0)
    await page.locator('.matrix .plot').focus()
    const times: Timed[] = []
    for (let i = 0; i < CELLS; i++)
      times.push(await thumbnailsAfter(page, () => page.keyboard.press(i % 3 === 2 ? 'ArrowDown' : 'ArrowRight')))
    const what = `matrix cell to its thumbnails, ${formatCount(TEST_IMAGES)} images`
    return [
      ...timedRows(`${what}, the first of a run`, '< 150 ms', times.slice(0, 1)),
      ...timedRows(`${what}, others`, '< 150 ms', times.slice(1)),
    ]
  },
}

export const probabilities: Case = {
  doing: `opening ${formatCount(TEST_IMAGES)} × 10 probabilities`,
  prepare(lab) {
    listDataSet(lab, { id: 'bench-probabilities', classes: 10, test: TEST_IMAGES, pixels: true })
    return [1, 2].map((seed) =>
      insertTested(lab, { dataSet: 'bench-probabilities', classes: 10, seed, probabilities: true }),
    )
  },
  async measure({ page }, ids) {
    const [opened, ordered]: [Timed[], Timed[]] = [[], []]
    for (let i = 0; i < OPENINGS; i++) {
      // The lab keeps what was looked at last: the other run's must be read anew.
      await go(page, `#/runs/${ids[i % ids.length]}`)
      await page.getByRole('tab', { name: 'Curves' }).waitFor()
      await page.waitForTimeout(500)
      const tab = page.getByRole('tab', { name: 'Images' })
      opened.push(await thumbnailsAfter(page, () => tab.click()))
      const order = page.getByLabel('Order', { exact: true })
      ordered.push(await thumbnailsAfter(page, () => order.selectOption('loss')))
    }
    const what = `${formatCount(TEST_IMAGES)} × 10 probabilities`
    return [
      ...timedRows(`${what} opened: Images to thumbnails`, '< 300 ms', opened),
      ...timedRows(`${what} ordered by loss`, '< 300 ms', ordered),
    ]
  },
}
