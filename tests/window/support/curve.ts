/** The loss as the window shows it. */
import type { Locator, Page } from 'playwright-core'

/** A chart's points by what its x axis counts, as its table has them. */
export type Points = readonly (readonly [x: number, y: number])[]

/**
 * The recorded loss that the chart draws, over optimizer steps, with full precision.
 * @throws Error when the chart's table does not have it
 */
export async function drawnLoss(page: Page): Promise<Points> {
  await page.getByRole('tab', { name: 'Curves' }).click()
  await page.getByRole('toolbar', { name: 'How the curves are shown' }).getByRole('combobox').selectOption('step')
  const toggle = page.getByRole('button', { name: 'Loss as a table' })
  if ((await toggle.getAttribute('aria-pressed')) !== 'true') await toggle.click()
  const data = page.getByRole('region', { name: 'Loss: drawn values' })
  await data.getByRole('row').nth(1).waitFor()
  const later = page.getByRole('button', { name: 'Later rows' })
  const points = await readPage(data.getByRole('table'))
  while (await later.isEnabled()) {
    await later.click()
    points.push(...(await readPage(data.getByRole('table'))))
  }
  return points
}

/** The rows of a chart's table that have a recorded value; others are of the averages and the published trace. */
function readPage(table: Locator): Promise<(readonly [number, number])[]> {
  return table.evaluate((element) => {
    const [head, ...rows] = [...(element as HTMLTableElement).rows]
    const column = [...head!.cells].findIndex(({ textContent }) => textContent?.trim() === 'each step')
    if (column < 0) throw new Error(`The table has no column “each step”: ${head!.textContent}`)
    return rows
      .filter(({ cells }) => cells[column]!.title !== '')
      .map(({ cells }) => [Number(cells[0]!.title), Number(cells[column]!.title)] as const)
  })
}

/** How many of the recorded points the chart says it draws, of how many. */
export async function drawnCount(page: Page): Promise<{ drawn: number; total: number }> {
  const text = await page
    .getByText(/^\s*drawn [\d\s]+ of [\d\s]+/)
    .first()
    .textContent()
  const [drawn, total] = text!.split(' of ').map((part) => Number(part.replace(/\D/g, '')))
  return { drawn: drawn!, total: total! }
}
