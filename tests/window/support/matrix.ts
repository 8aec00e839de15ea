/** A matrix in the window. Its cells are drawn on a canvas: what they are is told by what is read out of them. */
import type { Locator, Page } from 'playwright-core'

/** The matrix, which takes keys. */
export const matrix = (page: Page): Locator => page.getByRole('application')

/** What a screen reader says of the selection: "true dog, predicted cat, 171 images". */
export const selection = (page: Page): Locator => matrix(page).locator('..').getByRole('status')

/** Pixels between two looks for a cell; every cell of a small matrix is larger. */
const STEP = 30

/**
 * The point of a cell: found by moving the mouse until the line below the matrix speaks of it.
 * @param words how that line begins
 * @throws Error when there is no such cell
 */
export async function pointAt(page: Page, words: string): Promise<{ x: number; y: number }> {
  const plot = matrix(page)
  const told = plot.locator('..').getByRole('paragraph').first()
  await plot.scrollIntoViewIfNeeded()
  const { x: left, y: top, width, height } = (await plot.boundingBox())!
  for (let y = top + STEP; y < top + height; y += STEP)
    for (let x = left + STEP; x < left + width; x += STEP) {
      await page.mouse.move(x, y)
      if ((await told.textContent())!.startsWith(words)) return { x, y }
    }
  throw new Error(`The matrix has no cell “${words}”.`)
}

/**
 * What is read out of each cell on a way by arrow keys from the matrix's first cell.
 * @param way keys; the first cell is read before the first of them
 */
export async function readCells(page: Page, way: readonly string[]): Promise<string[]> {
  const said = selection(page)
  await matrix(page).focus()
  await page.keyboard.press('PageUp') // Selects the first cell, or moves to the first row.
  await page.keyboard.press('PageUp')
  await page.keyboard.press('Home')
  const read = [(await said.textContent())!]
  for (const key of way) {
    await page.keyboard.press(key)
    read.push((await said.textContent())!)
  }
  return read
}

/** Keys that lead through all rows of a matrix, to and fro, from its first cell. */
export const everyCell = (classes: number): string[] =>
  Array.from({ length: classes }, (_, row) => [
    ...(row === 0 ? [] : ['ArrowDown']),
    ...Array<string>(classes - 1).fill(row % 2 === 0 ? 'ArrowRight' : 'ArrowLeft'),
  ]).flat()

/** Rows of cells in the order of {@link everyCell}, as they stand in the matrix. */
export const asRows = <Cell>(cells: readonly Cell[], classes: number): Cell[][] =>
  Array.from({ length: classes }, (_, row) => {
    const found = cells.slice(row * classes, (row + 1) * classes)
    return row % 2 === 0 ? found : found.reverse()
  })
