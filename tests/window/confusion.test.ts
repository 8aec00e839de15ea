import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { downloaded } from './support/download'
import { earlyMatrices, evaluatedRuns, pets } from './support/evaluated'
import { focused, tabTo } from './support/keys'
import { openLab, sharedLab, type TestLab } from './support/lab'
import { asRows, everyCell, matrix, pointAt, readCells, selection } from './support/matrix'
import { openRun, placeLink } from './support/places'
import { onEveryShell } from './support/shells'

const DOG_AS_CAT = 'true dog, predicted cat, 171 images, 17.1 % of true dog'
const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true })

async function openConfusion(page: Page): Promise<void> {
  await openRun(page, evaluatedRuns.a)
  await tab(page, 'Confusion').click()
  await matrix(page).waitFor()
}

/** A run's matrix as it is stored, row by row. */
async function storedMatrix(lab: TestLab, name: string, epoch: number): Promise<number[][]> {
  const { id } = (await lab.ask('runs.list', { trashed: false })).find((run) => run.name === name)!
  const { classes, counts } = lab.stored((store) => store.evaluations.confusion(id, epoch - 1, 'test'))!
  return pets.map((_, row) => [...counts.subarray(row * classes, (row + 1) * classes)])
}

/** What the list of confused pairs says: [true → predicted, images]. */
async function shownPairs(page: Page): Promise<[string, number][]> {
  const rows = page.getByRole('region', { name: 'Confused pairs' }).getByRole('row')
  const cells = await rows.evaluateAll((found) =>
    found.slice(1).map((row) => [...row.children].map((cell) => cell.textContent!.trim())),
  )
  return cells.map(([pair, images]) => [pair!, Number(images!.replace(/\D/g, ''))])
}
const pairsOf = (rows: readonly (readonly number[])[]): [string, number][] =>
  rows
    .flatMap((row, truth) => row.map((images, k): [string, number] => [`${pets[truth]} → ${pets[k]}`, images]))
    .filter(([pair, images]) => images > 0 && !pets.some((name) => pair === `${name} → ${name}`))
    .sort(([, a], [, b]) => b - a)

onEveryShell((shell) => {
  it('leads from a cell to its images, to one of them, and to the other run’s answer', async () => {
    const { page } = await openLab({ shell, beginning: 'evaluated' })
    await openConfusion(page)
    const { x, y } = await pointAt(page, 'true dog, predicted cat')
    await page.mouse.click(x, y)
    expect(await selection(page).textContent()).toBe(DOG_AS_CAT)
    const selected = page.getByRole('region', { name: 'The selection' })
    await selected.getByText('171 images', { exact: true }).waitFor()
    const images = selected.getByRole('listbox')
    // The first dog that is taken for a cat comes after 300 birds, 400 cats and 823 dogs.
    const first = images.getByRole('option').first()
    await images.getByRole('option', { name: 'image 1523, true dog, predicted cat, 51 %' }).waitFor()
    expect(await first.getAttribute('aria-setsize')).toBe('171')
    await expect.poll(() => first.locator('img').evaluate((img) => (img as HTMLImageElement).naturalWidth)).toBe(8)

    await page.keyboard.press('ArrowRight')
    expect(await selection(page).textContent()).toBe('true dog, predicted dog, 824 images, 82.4 % of true dog')
    await page.keyboard.press('ArrowLeft')
    expect(await selection(page).textContent()).toBe(DOG_AS_CAT)
    await selected.getByText('171 images', { exact: true }).waitFor()
    await images.getByRole('option', { name: 'image 1523,' }).click()
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('heading', { name: 'Image 1 523' }).waitFor()
    await expect.poll(() => sheet.getByRole('listitem').allTextContents()).toContain('1 ✓ dog')
    await sheet.getByText('dog/IMG_1523.png', { exact: true }).waitFor()
    await sheet.getByText('What it was imported from is no longer there.').waitFor()
    await page.keyboard.press('Escape')
    await images.press('End')
    await images.press('Enter')
    // The last four of them are dogs to the other model.
    await sheet.getByRole('heading', { name: 'Image 1 693' }).waitFor()
    const others = sheet.getByRole('listitem').filter({ has: page.getByRole('link') })
    await others.getByText('✓ dog').waitFor()
    await others.getByRole('link', { name: 'model B #2' }).click()
    await page.getByRole('heading', { name: evaluatedRuns.b, level: 1 }).waitFor()
    await sheet.waitFor({ state: 'hidden' })
  })
})

describe('on the server', () => {
  const lab = sharedLab({ shell: 'server', beginning: 'evaluated' })

  it('reads out every cell as it is stored, in any measure and order', async () => {
    const { page } = lab()
    await openConfusion(page)
    const counts = (await readCells(page, everyCell(4))).map((said) => Number(/([\d\u2009]+) images?/.exec(said)![1]))
    expect(asRows(counts, 4)).toEqual(await storedMatrix(lab(), evaluatedRuns.a, 4))

    const most = page.getByRole('group', { name: 'How the matrix is shown' }).locator('.scale span').last()
    const measure = page.getByRole('combobox', { name: 'What the cells say' })
    const tops: string[] = []
    for (const name of ['Share of true class', 'Share of predicted class', 'Share of all images', 'Images']) {
      await measure.selectOption(name)
      tops.push((await most.textContent())!)
    }
    // All frogs are right; of 296 said to be birds 291 are; 824 of 2000 are dogs that are right.
    expect(tops).toEqual(['100.0 %', '98.3 %', '41.2 %', '824'])
    await page.getByRole('checkbox', { name: 'Dim diagonal' }).check()
    expect(await most.textContent()).toBe('171')

    const order = page.getByRole('combobox', { name: 'Order of the classes' })
    const diagonal = Array<string[]>(3).fill(['ArrowDown', 'ArrowRight']).flat()
    const classes = async () =>
      (await readCells(page, diagonal)).filter((_, i) => i % 2 === 0).map((said) => /true (\w+)/.exec(said)![1])
    await order.selectOption('Most errors first')
    expect(await classes()).toEqual(['dog', 'cat', 'bird', 'frog'])
    await order.selectOption('Confused ones together')
    expect(await classes()).toEqual(['cat', 'dog', 'bird', 'frog'])
    await order.selectOption('By label')
    await page.getByRole('checkbox', { name: 'Dim diagonal' }).uncheck()
  })

  it('shows the stored matrix of every evaluated epoch, by slider and played', async () => {
    const { page } = lab()
    await openConfusion(page)
    const slider = page.getByRole('slider', { name: 'Epoch' })
    await slider.press('Home')
    for (const epoch of [1, 2, 4]) {
      const stored = await storedMatrix(lab(), evaluatedRuns.a, epoch)
      if (epoch < 4) expect(stored).toEqual(earlyMatrices[epoch - 1])
      await page.getByText(`Epoch ${epoch} of 4`, { exact: true }).waitFor()
      await expect.poll(() => shownPairs(page)).toEqual(pairsOf(stored))
      expect(await slider.getAttribute('aria-valuetext')).toBe(`epoch ${epoch}`)
      await slider.press('ArrowRight')
    }
    await page.getByRole('button', { name: 'dog → cat' }).click()
    await page.getByText('260 images after epoch 1, 171 after epoch 4').waitFor()
    await slider.press(' ')
    await page.getByText('Epoch 1 of 4', { exact: true }).waitFor()
    await page.getByRole('button', { name: 'Play the epochs' }).waitFor()
    await page.getByText('Epoch 4 of 4', { exact: true }).waitFor()
    await expect.poll(() => selection(page).textContent()).toBe(DOG_AS_CAT)
  })

  it('leads to a mark on an image by keys alone', async () => {
    const { page } = lab()
    const { keyboard } = page
    await tabTo(placeLink(page, 'Runs'))
    await keyboard.press('Enter')
    const rows = page.getByRole('grid', { name: 'Runs' }).getByRole('row')
    await tabTo(rows.nth(1))
    await keyboard.press('End') // The oldest run stands last.
    await keyboard.press('Enter')
    await page.getByRole('heading', { name: evaluatedRuns.a, level: 1 }).waitFor()
    await tabTo(tab(page, 'Curves'))
    await keyboard.press('ArrowRight')
    await tabTo(matrix(page))
    for (const key of ['Home', 'ArrowDown', 'ArrowDown', 'ArrowRight']) await keyboard.press(key)
    expect(await selection(page).textContent()).toBe(DOG_AS_CAT)
    await keyboard.press('Shift+ArrowRight')
    expect(await selection(page).textContent()).toBe('true dog, predicted cat or dog, 995 images')
    await keyboard.press('ArrowRight')
    await keyboard.press('ArrowLeft')
    const images = page.getByRole('region', { name: 'The selection' }).getByRole('listbox')
    await images.getByRole('option', { name: 'image 1523,' }).waitFor()
    await tabTo(images)
    await keyboard.press('Enter')
    const sheet = page.getByRole('dialog')
    await sheet.getByRole('heading', { name: 'Image 1\u2009523' }).waitFor()
    await tabTo(sheet.getByRole('button', { name: 'Next' }))
    await keyboard.press('ArrowRight')
    await sheet.getByRole('heading', { name: 'Image 1\u2009524' }).waitFor()
    await tabTo(sheet.getByRole('button', { name: 'Mark: label is wrong' }))
    await keyboard.press('Enter')
    // The focus stays beside what was done.
    const back = sheet.getByRole('button', { name: 'Take back: label is wrong' })
    await back.waitFor()
    await expect.poll(() => focused(back)).toBe(true)
    await keyboard.press('Enter')
    await expect.poll(() => focused(sheet.getByRole('button', { name: 'Mark: label is wrong' }))).toBe(true)
    await keyboard.press('Escape')
    await sheet.waitFor({ state: 'hidden' })
    await expect.poll(() => focused(images)).toBe(true)
  })

  it('exports the matrix with the store’s numbers, and as a picture of the asked size', async () => {
    const { page } = lab()
    await openConfusion(page)
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Export' })
    await dialog.getByRole('radio', { name: /^Confusion matrix CSV/ }).check()
    await dialog.getByText('true \\ predicted').waitFor()
    const [head, ...rows] = (await downloaded(dialog.getByRole('button', { name: 'Save' }))).trim().split('\r\n')
    expect(head).toBe('true \\ predicted,bird,cat,dog,frog')
    expect(rows.map((row) => row.split(',').slice(1).map(Number))).toEqual(
      await storedMatrix(lab(), evaluatedRuns.a, 4),
    )

    await dialog.getByRole('radio', { name: /^Confusion matrix PNG/ }).check()
    await dialog.getByLabel('Width, mm').fill('60')
    await dialog.getByLabel('Height, mm').fill('60')
    await dialog.getByLabel('Dots per inch').fill('254')
    await dialog.getByLabel('Letters, pt').focus()
    const picture = dialog.getByRole('img', { name: /^confusion.png/ })
    const size = () => picture.evaluate((img: HTMLImageElement) => [img.naturalWidth, img.naturalHeight] as const)
    await expect.poll(size).toEqual([600, 600]) // 60 mm · 254 / 25.4
    const colours = await picture.evaluate((img: HTMLImageElement) => {
      const context = new OffscreenCanvas(600, 600).getContext('2d')!
      context.drawImage(img, 0, 0)
      return new Set(new Uint32Array(context.getImageData(0, 0, 600, 600).data.buffer)).size
    })
    expect(colours).toBeGreaterThan(5) // ground, letters, and the matrix's own
    await page.keyboard.press('Escape')
  })
})
