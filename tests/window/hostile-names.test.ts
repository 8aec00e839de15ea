import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { zip } from '../fixtures/data'
import { drop } from './support/drag'
import { picture, temporaryFolder } from './support/folders'
import { fillExperiment, startExperiment } from './support/experiment'
import { openLab } from './support/lab'
import { shownState } from './support/places'
import { onEveryShell } from './support/shells'

const TAG = '<img src=x onerror="window.hacked=true">'
/** Longer than a file system takes: it comes by a zip. */
const LONG = 'ever longer '.repeat(25)

/** The names are text: nothing of them was run, and nothing is pushed out of the window. */
async function expectHarmless(page: Page): Promise<void> {
  const seen = await page.evaluate(() => ({
    hacked: 'hacked' in window,
    injected: document.querySelectorAll('img[src="x"]').length,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }))
  expect(seen).toEqual({ hacked: false, injected: 0, overflow: 0 })
}

onEveryShell((shell) => {
  it('shows names as text, whatever they are, and trains', async () => {
    const lab = await openLab({ shell, look: { viewport: { width: 900, height: 600 } } })
    const { page } = lab
    const files: Record<string, Uint8Array> = {}
    for (let i = 0; i < 6; i++) {
      files[`${TAG}/${TAG} ${i}.png`] = await picture(200 + i, 10)
      files[`${LONG.trim()}/${i}.png`] = await picture(10, 200 + i)
    }
    const file = join(await temporaryFolder(), `${TAG.replaceAll('/', '')}.zip`)
    await writeFile(file, zip(files))
    await drop(lab, file)
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('button', { name: 'Import', exact: true }).click()
    await sheet.getByRole('button', { name: 'Look at the images' }).waitFor()
    await expectHarmless(page)
    await sheet.getByRole('button', { name: 'Look at the images' }).click()
    await page.getByText(TAG, { exact: true }).first().waitFor()
    for (const tab of ['Classes', 'Report', 'Split and source']) {
      await page.getByRole('tab', { name: tab }).click()
      await expectHarmless(page)
    }
    await page.getByRole('link', { name: 'Train on it' }).click()
    await fillExperiment(page, { Preset: 'cnn-mnist', Epochs: '1', Name: `${TAG}${LONG}`.slice(0, 200) })
    await startExperiment(page)
    await shownState(page, 'Finished').waitFor()
    await expectHarmless(page)
  })
})
