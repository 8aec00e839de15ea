import type { Locator, Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { evaluatedRuns } from './support/evaluated'
import { sharedLab } from './support/lab'
import { asRows, everyCell, matrix, pointAt, readCells, selection } from './support/matrix'
import { openRun } from './support/places'

const lab = sharedLab({ shell: 'server', beginning: 'evaluated' })

/** Opens a tab of the comparison of two runs, by its address. */
async function compare(a: string, b: string, tab: string): Promise<Page> {
  const { page } = lab()
  const runs = await lab().ask('runs.list', { trashed: false })
  const ids = [a, b].map((name) => runs.find((run) => run.name === name)!.id)
  await page.evaluate((hash) => void (location.hash = hash), `#/compare?runs=${ids.join(',')}`)
  // Other tabs link to the runs as well.
  const compared = page.getByRole('list', { name: 'Runs that are compared' })
  await compared.getByRole('link', { name: `${b} #` }).waitFor()
  await page.getByRole('tab', { name: tab }).click()
  return page
}

/** Tiles of a grid, as they are read out. */
const tiles = (grid: Locator): Promise<string[]> => grid.getByRole('option').locator('> .unseen').allTextContents()

const { a, b, stopped, others, gone } = evaluatedRuns

describe('A − B', () => {
  const open = async (): Promise<Page> => {
    const page = await compare(a, b, 'Confusion A − B')
    await matrix(page).waitFor()
    return page
  }

  it('subtracts the matrices, in images and in shares', async () => {
    const page = await open()
    const said = await readCells(page, everyCell(4))
    const cells = said.map((words) => /A (\d+) images, B (\d+), difference (\S+)$/.exec(words)!.slice(1))
    expect(asRows(cells, 4)).toEqual([
      [['291', '293', '−2'], ['0', '0', '0'], ['0', '0', '0'], ['9', '7', '+2']],
      [['0', '0', '0'], ['381', '385', '−4'], ['19', '15', '+4'], ['0', '0', '0']],
      [['5', '7', '−2'], ['171', '166', '+5'], ['824', '827', '−3'], ['0', '0', '0']],
      [['0', '0', '0'], ['0', '0', '0'], ['0', '0', '0'], ['300', '300', '0']],
    ]) // prettier-ignore
    const list = page.getByRole('list', { name: 'Confusions that differ most' })
    expect(await list.getByRole('listitem').allTextContents()).toEqual([
      ...['+5 dog → cat', '+4 cat → dog', '+2 bird → frog', '−2 dog → bird'],
    ])
    // Cat: 381 of 552 said to be cats are, with B 385 of 551; of 400 cats 381 and 385 are found.
    const differences = page.getByRole('region', { name: 'Differences of each class, A − B in percentage points' })
    const cat = differences.getByRole('row').filter({ hasText: 'cat' })
    expect(await cat.getByRole('cell').allTextContents()).toEqual(['−0.9 (69.0)', '−1.0 (95.3)', '−0.9 (80.0)'])

    await page.getByRole('combobox', { name: 'What is subtracted' }).selectOption('Share of the true class')
    // 5 of 1000 dogs, 4 of 400 cats, 2 of 300 birds.
    await expect
      .poll(() => list.getByRole('listitem').allTextContents())
      .toEqual(['+1.0 cat → dog', '+0.7 bird → frog', '+0.5 dog → cat', '−0.2 dog → bird'])
    await page.getByRole('button', { name: 'Swap A and B' }).click()
    await expect
      .poll(() => list.getByRole('listitem').allTextContents())
      .toEqual(['−1.0 cat → dog', '−0.7 bird → frog', '−0.5 dog → cat', '+0.2 dog → bird'])
    await page.getByRole('button', { name: 'Swap A and B' }).click()
    await page.getByRole('combobox', { name: 'What is subtracted' }).selectOption('Images')
  })

  it('shows the images of a cell in both runs', async () => {
    const page = await open()
    const { x, y } = await pointAt(page, 'true cat, predicted dog')
    await page.mouse.click(x, y)
    expect(await selection(page).textContent()).toBe('true cat, predicted dog: A 19 images, B 15, difference +4')
    const both = page.getByRole('region', { name: 'Images of the cell in both runs' })
    await both.getByRole('heading', { name: 'A: 19 model A' }).waitFor()
    await both.getByRole('heading', { name: 'B: 15 model B' }).waitFor()
    // 380 of the cats, which begin at image 300, are right with both; then 14 are dogs to both, 5 to A alone, 1 to B alone.
    const grid = (letter: string) => both.getByRole('listbox', { name: new RegExp(`^${letter}: `) })
    const places = async (letter: string) => (await tiles(grid(letter))).map((name) => Number(/\d+/.exec(name)![0]))
    await expect.poll(async () => (await places('A'))[0]).toBe(680)
    await grid('A').press('End')
    await grid('B').press('End')
    await expect.poll(async () => (await places('A')).at(-1)).toBe(698)
    await expect.poll(async () => (await places('B')).slice(-2)).toEqual([693, 699])
  })
})

describe('disagreement', () => {
  it('counts who errs where, and tests it', async () => {
    const page = await compare(a, b, 'Disagreement')
    const counts = page.getByRole('table', { name: 'Images by who is right; each number shows its images' })
    await counts.waitFor()
    for (const name of ['Both right: 1 793 images', 'Only B wrong: 3 images', 'Only A wrong: 12 images'])
      await counts.getByRole('button', { name }).waitFor()
    await counts.getByRole('button', { name: 'Both wrong: 192 images 9.6 %' }).waitFor()

    // P(X ≤ 3) of 15 fair tries, twice: all ways to choose 0, 1, 2 or 3 of 15.
    const p = (2 * (1 + 15 + 105 + 455)) / 2 ** 15
    const sentence =
      'A errs on 12 images that B gets right, B on 3 that A gets right: were both equally good, a difference this large would ' +
      `come by chance in ${(100 * p).toFixed(1)} % of cases (exact McNemar test, n = 15, p = ${p.toFixed(4)}).`
    const verdict = page.getByRole('region', { name: 'What the tests say' }).getByRole('paragraph')
    expect((await verdict.first().textContent())!.replaceAll('\u00a0', ' ')).toBe(sentence)
    await verdict.getByText('Seeds were not repeated').waitFor()

    const images = page.getByRole('region', { name: 'Images of the selection' })
    await images.getByRole('heading', { name: 'Only A wrong: 12 images' }).waitFor()
    await counts.getByRole('button', { name: /^Only B wrong/ }).click()
    await images.getByRole('heading', { name: 'Only B wrong: 3 images' }).waitFor()
    const answers = async () => (await tiles(images.getByRole('listbox'))).map((name) => name.replace(/, \d+ %/g, ''))
    await expect
      .poll(answers)
      .toEqual([
        'image 299, true bird, A predicted bird, B predicted frog',
        'image 699, true cat, A predicted cat, B predicted dog',
        'image 1694, true dog, A predicted dog, B predicted cat',
      ])

    const byClass = page.getByRole('region', { name: 'Wrong images of each class' })
    const rows = await byClass
      .getByRole('row')
      .evaluateAll((found) => found.slice(1).map((row) => [...row.children].map((cell) => cell.textContent!.trim())))
    expect(rows).toEqual([
      ['cat', '5', '1', '14', '400'],
      ['dog', '4', '1', '172', '1\u2009000'],
      ['bird', '3', '1', '6', '300'],
      ['frog', '0', '0', '0', '300'],
    ])
    await byClass.getByRole('button', { name: 'dog' }).click()
    await counts.getByRole('button', { name: 'Both wrong: 172 images' }).click()
    await images.getByRole('heading', { name: 'Both wrong, true class dog: 172 images' }).waitFor()
  })
})

it('says in each view what is missing, and the way out', async () => {
  const { page } = lab()
  const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click()
  const says = (...lines: (string | RegExp)[]) =>
    Promise.all(lines.map((line) => page.getByRole('tabpanel').getByText(line).first().waitFor()))
  const early = /no predictions of the test images: it was stopped before the end of its first epoch\./
  const files =
    'The files of the data set “vanished” are gone: without its labels nobody can say which predictions are right.'

  await openRun(page, stopped)
  await tab('Confusion')
  await says('The confusion matrix cannot be shown.', early, /clone it to train it anew/)
  await tab('Images')
  await says(early, /clone it to train it anew/)
  await compare(a, stopped, 'Confusion A − B')
  await says('These matrices cannot be subtracted.', early)
  await tab('Disagreement')
  await says('These runs cannot be set against each other.', early)

  await compare(a, others, 'Confusion A − B')
  await says(/#1\) tells the 4 classes of pets apart, “other classes” \(#4\) the 3 of trio\./, /same classes/)
  await tab('Disagreement')
  await says(/on pets and “other classes” \(#4\) on trio: they have seen other images, in 4 and 3 classes\./)

  await openRun(page, gone)
  await tab('Images')
  await says('The images cannot be shown.', files, /^Put its folder back: .*vanished$/)
  await tab('Confusion')
  // The matrix needs no files, its images do.
  const { x, y } = await pointAt(page, 'true dog, predicted cat, 1 image')
  await page.mouse.click(x, y)
  await says('The images could not be found.', files)
  await compare(a, gone, 'Confusion A − B')
  await says('tested on different data (pets and vanished): compare shares, not images')
  await page.getByRole('button', { name: 'dog → cat' }).click()
  await says('These images cannot be found.', files)
  await tab('Disagreement')
  await says(/on pets and “without its data” \(#5\) on vanished: they have seen other images\./)
})
