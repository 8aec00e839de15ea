import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { dragOver, drop } from './support/drag'
import { fillExperiment, startExperiment } from './support/experiment'
import { LEFT_OUT, temporaryFolder, USABLE, writeFiles, writeMessyFolder } from './support/folders'
import { openLab } from './support/lab'
import { placeLink, shownState } from './support/places'
import { onEveryShell } from './support/shells'

const sheet = (page: Page) => page.getByRole('dialog')

/** The line that tells of a failure in the sheet: one, without the inside of the program. */
async function failureIn(page: Page): Promise<string> {
  await sheet(page).locator('.failure').first().waitFor()
  const lines = await sheet(page).locator('.failure > p').allTextContents()
  expect(lines.length).toBeGreaterThan(1)
  for (const line of lines) expect(line).not.toMatch(/\n|\bat [\w.<>]+ \(|undefined|\[object/)
  return lines.join(' ')
}

onEveryShell((shell) => {
  it('takes a messy folder: says what will happen, what it found, what it left out, and trains on it', async () => {
    const lab = await openLab({ shell })
    const { page } = lab
    const folder = join(await temporaryFolder(), 'My pets')
    await writeMessyFolder(folder)

    const drag = await dragOver(lab, [folder])
    await page.getByText('Import as a data set').waitFor()
    await drag.leave()
    await page.getByText('Import as a data set').waitFor({ state: 'hidden' })
    await drop(lab, folder)

    await sheet(page).getByRole('heading', { name: 'Import My pets' }).waitFor()
    const found = sheet(page).getByRole('region', { name: 'Found', exact: true })
    expect(await found.getByRole('definition').nth(1).textContent()).toMatch(/^\s*2\d in 2 classes/)
    await sheet(page).getByRole('button', { name: 'Import', exact: true }).click()
    await sheet(page).getByRole('button', { name: 'Train on it' }).waitFor()
    await sheet(page).getByText(`My pets was imported: ${USABLE} images in 2 classes.`).waitFor()
    const skipped = await sheet(page)
      .getByRole('region', { name: 'Files left out' })
      .getByRole('listitem')
      .allTextContents()
    for (const path of LEFT_OUT) expect(skipped.filter((line) => line.includes(path))).toHaveLength(1)
    for (const line of skipped) expect(line.trim().split(/\s+/).length).toBeGreaterThan(2) // a reason beside the path

    await sheet(page).getByRole('button', { name: 'Train on it' }).click()
    await fillExperiment(page, { Preset: 'cnn-mnist', Epochs: '1', Name: 'pets' })
    await startExperiment(page)
    await shownState(page, 'Finished').waitFor()
    const [run] = lab.stored((store) => store.runs.list())
    expect(lab.stored((store) => store.steps.count(run!.id))).toBe(1)
  })

  it('says in a line why something dropped cannot be used', async () => {
    const lab = await openLab({ shell })
    const { page } = lab
    const folder = await temporaryFolder()
    await writeFiles(folder, {
      'letters/a.txt': 'Dear all',
      'letters/b/c.txt': 'Yours',
      'nothing.zip': '',
      'one/a.png': '',
    })
    await mkdir(join(folder, 'hollow'))

    await (await dragOver(lab, { text: 'some words' })).drop()
    await page.getByText('Nothing here can be imported').first().waitFor()
    for (const name of ['letters', 'nothing.zip', 'one']) {
      await drop(lab, join(folder, name))
      expect(await failureIn(page)).toContain(name)
      await sheet(page).getByRole('button', { name: 'Close', exact: true }).click()
      await sheet(page).waitFor({ state: 'hidden' })
    }
    await drop(lab, join(folder, 'hollow'))
    await page
      .getByText(/hollow/)
      .first()
      .waitFor()
    expect(lab.stored((store) => store.dataSets.list())).toEqual([])
  })

  it('says in a line that a folder has vanished, and loses nothing', async () => {
    const lab = await openLab({ shell })
    const { page } = lab
    const folder = join(await temporaryFolder(), 'fleeting')
    await writeMessyFolder(folder)
    await placeLink(page, 'Data sets').click()
    await page.getByRole('button', { name: 'Add a data set' }).click()
    await sheet(page).getByLabel('Path of a folder or file on the lab’s machine').fill(folder)
    await sheet(page).getByRole('button', { name: 'Look at it' }).click()
    const go = sheet(page).getByRole('button', { name: 'Import', exact: true })
    await go.waitFor()
    await rm(folder, { recursive: true })
    await go.click()
    expect(await failureIn(page)).toContain('fleeting')
    await writeMessyFolder(folder)
    await go.click()
    await sheet(page).getByRole('button', { name: 'Train on it' }).waitFor()
  })
})
