import type { Locator } from 'playwright-core'
import { expect, it } from 'vitest'
import { openLab } from './support/lab'
import { onEveryShell } from './support/shells'
import { showTrained } from './support/trainings'

/** Side lengths of a picture that the page shows. */
const size = (image: Locator): Promise<readonly [number, number]> =>
  image.evaluate((it) => [(it as HTMLImageElement).naturalWidth, (it as HTMLImageElement).naturalHeight] as const)

onEveryShell((shell) => {
  it('shows a picture in the size asked for, and a table with the store’s numbers', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const { page } = lab
    const id = await showTrained(lab, 'tiny CNN')
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Export' })
    await dialog.getByLabel('Width, mm').fill('85')
    await dialog.getByLabel('Height, mm').fill('60')
    await dialog.getByLabel('Dots per inch').fill('300')
    await dialog.getByLabel('Letters, pt').focus()
    const picture = dialog.getByRole('img', { name: /^loss.png/ })
    await picture.waitFor()
    await expect.poll(() => size(picture)).toEqual([1004, 709]) // 85 and 60 mm · 300 / 25.4
    await dialog.getByLabel('Form').selectOption('svg')
    await expect.poll(() => picture.getAttribute('src')).toContain('format=svg')
    await expect.poll(async () => (await size(picture))[0]).toBeGreaterThan(0)

    await dialog.getByRole('radio', { name: /Every step/ }).check()
    await dialog.getByText('step,batch,epoch').waitFor()
    const csv = await page.evaluate(async (of) => (await fetch(`exports/${of}/steps.csv`)).text(), id)
    const [head, ...rows] = csv.trim().split('\r\n')
    const column = head!.split(',').indexOf('loss')
    const losses = lab.stored((store) => [...store.steps.column(id, 'loss')])
    expect(rows.map((row) => Math.fround(Number(row.split(',')[column])))).toEqual(losses)
  })

  it('says why a picture cannot be made', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const { page } = lab
    await showTrained(lab, 'tiny CNN')
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Export' })
    await dialog.getByLabel('Width, mm').fill('5')
    await dialog.getByLabel('Letters, pt').focus()
    await dialog.getByText('Pictures cannot be 5 mm wide; that must be from 20 to 1000.').waitFor()
    expect(await dialog.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  })
})
