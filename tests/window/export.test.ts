import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { openLab, type TestLab } from './support/lab'
import { asStandIn, onEveryShell } from './support/shells'
import { showTrained } from './support/trainings'

/** Side lengths of a picture that the page shows. */
const size = (image: Locator): Promise<readonly [number, number]> =>
  image.evaluate((it) => [(it as HTMLImageElement).naturalWidth, (it as HTMLImageElement).naturalHeight] as const)

/** Side lengths of the PNG on the clipboard; null: there is none. */
async function copiedSize(page: Page): Promise<readonly number[] | null> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(page.url()).origin })
  return page.evaluate(async () => {
    const [item] = await navigator.clipboard.read()
    if (!item?.types.includes('image/png')) return null
    const { width, height } = await createImageBitmap(await item.getType('image/png'))
    return [width, height]
  })
}

/** Drags a picture as a person would; it leaves the window as a whole PNG of that size. */
async function draggedOut(lab: TestLab, picture: Locator, [width, height]: readonly [number, number]): Promise<void> {
  const { recorded } = asStandIn(lab.session).standIn
  const drags = () => recorded.filter((entry) => entry.kind === 'drag-out')
  const { x, y } = (await picture.boundingBox())!
  // The first one may come before the file is made: the window says so, and a person drags again.
  await expect
    .poll(async () => {
      await lab.page.mouse.move(x + 40, y + 40)
      await lab.page.mouse.down()
      await lab.page.mouse.move(x + 90, y + 60, { steps: 4 })
      await lab.page.mouse.up()
      return drags().length
    })
    .toBeGreaterThan(0)
  const [{ window, file, icon }] = drags() as [ReturnType<typeof drags>[number]]
  expect([window, basename(file)]).toEqual([1, '0001-tiny-cnn-loss.png'])
  expect(icon).toEqual({ width: 160, height: Math.round((height * 160) / width) })
  const png = await readFile(file)
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([width, height])
}

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
    await dialog.getByRole('button', { name: 'Copy picture' }).click()
    // A real Electron lets nobody read the clipboard.
    if (shell !== 'real-electron') await expect.poll(() => copiedSize(page)).toEqual([1004, 709])
    if (shell === 'electron') await draggedOut(lab, picture, [1004, 709])
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
