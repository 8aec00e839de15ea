import type { Locator, Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { downloaded } from './support/download'
import { confidenceOf, evaluatedRuns } from './support/evaluated'
import { sharedLab } from './support/lab'
import { openRun } from './support/places'

const lab = sharedLab({ shell: 'server', beginning: 'evaluated' })

const images = (page: Page): Locator => page.getByRole('tabpanel', { name: 'Images' })
/** How many images the tab says it shows. */
const shown = (page: Page): Promise<string | null> => images(page).getByRole('status').textContent()
const tiles = (page: Page): Locator => images(page).getByRole('listbox').getByRole('option')
/** The tiles in sight, as they are read out. */
const names = (page: Page): Promise<string[]> => tiles(page).locator('> .unseen').allTextContents()

async function openImages(page: Page): Promise<void> {
  await openRun(page, evaluatedRuns.a)
  await page.getByRole('tab', { name: 'Images' }).click()
  await images(page).getByRole('listbox').waitFor()
}

it('finds a run’s images by right and wrong, by class and by file name, in the order asked for', async () => {
  const { page } = lab()
  await openImages(page)
  const choose = async (list: string, option: string) =>
    void (await images(page).getByRole('combobox', { name: list }).selectOption(option))
  const press = (name: string) => images(page).getByRole('button', { name, exact: true }).click()
  const counts = (count: string) => expect.poll(() => shown(page)).toBe(count)

  await counts('204 images') // 9 birds, 19 cats, 5 and 171 dogs
  await press('Right')
  await counts('1\u2009796 images')
  await press('Wrong')
  await choose('True class', 'T dog')
  await counts('176 images')
  await choose('Predicted class', 'P cat')
  await counts('171 images')
  // These dogs begin at image 1523; those that are equally sure keep their order.
  const bySureness = (sign: 1 | -1) =>
    Array.from({ length: 171 }, (_, i) => 1523 + i).sort((a, b) => sign * (confidenceOf(a) - confidenceOf(b)) || a - b)
  const said = (place: number) => `image ${place}, true dog, predicted cat, ${Math.round(100 * confidenceOf(place))} %`
  const first = async () => (await names(page)).slice(0, 5)
  await expect.poll(first).toEqual(bySureness(-1).slice(0, 5).map(said))
  await press('Highest first')
  await expect.poll(first).toEqual(bySureness(1).slice(0, 5).map(said))
  await choose('True class', 'Any true class')
  await choose('Predicted class', 'P frog')
  await counts('9 images')
  await choose('Epoch', 'Epoch 1')
  await counts('70 images') // 50 birds and 20 dogs
  await images(page).getByText('which are kept of the last evaluation only').waitFor()
  await choose('Epoch', 'Epoch 4')

  await choose('Predicted class', 'Any predicted class')
  await press('All')
  const name = images(page).getByRole('searchbox', { name: 'File name' })
  await name.fill('DOG img_15')
  await counts('100 images')
  await name.fill('img_1523')
  await expect.poll(() => names(page)).toEqual([said(1523)])
  await name.fill('no such file')
  await counts('0 images')
})

it('keeps what is said of an image, lists what was marked, and lets it be taken back', async () => {
  const { page } = lab()
  await openImages(page)
  const sheet = page.getByRole('dialog')
  await images(page).getByRole('searchbox', { name: 'File name' }).fill('img_1523')
  await expect.poll(() => shown(page)).toBe('1 image')
  await tiles(page).click()
  await sheet.getByRole('button', { name: 'Mark: label is wrong' }).click()
  await sheet.getByRole('textbox', { name: 'Another mark' }).fill('=twice, "odd"')
  await sheet.getByRole('textbox', { name: 'Another mark' }).press('Enter')
  await sheet.getByText('=twice, "odd"').waitFor()

  await page.reload()
  await page.getByRole('tab', { name: 'Images' }).click()
  await images(page).getByRole('button', { name: 'All', exact: true }).click()
  await images(page).getByRole('checkbox', { name: 'Marked' }).check()
  await expect.poll(() => shown(page)).toBe('1 image')
  const table = await downloaded(images(page).getByRole('button', { name: 'Marks as CSV' }))
  const rows = table
    .trim()
    .split('\r\n')
    .map((row) => row.slice(0, row.lastIndexOf(',')))
  // Eight training images stand before the test part; what a spreadsheet would compute is quoted.
  expect(rows).toEqual([
    'image,part,file,class,tag',
    `1531,test,dog/IMG_1523.png,dog,"'=twice, ""odd"""`,
    '1531,test,dog/IMG_1523.png,dog,label is wrong',
  ])

  await tiles(page).click()
  await sheet.getByRole('button', { name: 'Take back: =twice, "odd"' }).click()
  await sheet.getByRole('button', { name: 'Take back: label is wrong' }).click()
  await sheet.getByRole('button', { name: 'Mark: label is wrong' }).waitFor()
  // It has left the list of marked images, and stays open.
  await expect.poll(() => images(page).getByRole('status').textContent()).toBe('0 images')
  await sheet.getByRole('heading', { name: 'Image 1\u2009523' }).waitFor()
  expect(await sheet.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true)
  expect(lab().stored((store) => store.marks.list('pets'))).toEqual([])
})
