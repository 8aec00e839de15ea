/** The views that look at predictions, with runs in them. */
import { evaluatedRuns } from './evaluated'
import type { TestLab } from './lab'
import { matrix, pointAt } from './matrix'
import { openRun } from './places'
import type { Look } from './views'

const DOG_AS_CAT = 'true dog, predicted cat'

/** A run's confusion and images, with a cell chosen and an image open. */
export async function evaluatedRunStates({ page }: TestLab, look: Look): Promise<void> {
  const tab = (name: string) => page.getByRole('tab', { name, exact: true }).click()
  await openRun(page, evaluatedRuns.a)
  await tab('Confusion')
  const { x, y } = await pointAt(page, DOG_AS_CAT)
  await page.mouse.click(x, y)
  await page.getByRole('region', { name: 'The selection' }).getByRole('option').first().waitFor()
  await look(page, 'run-confusion')
  await tab('Images')
  await page
    .getByRole('option', { name: /^image/ })
    .first()
    .click()
  await page.getByRole('dialog').getByRole('heading', { name: 'In other runs' }).waitFor()
  await look(page, 'run-image-opened')
  await page.keyboard.press('Escape')
  await look(page, 'run-images')
  await openRun(page, evaluatedRuns.stopped)
  await tab('Confusion')
  await page.getByText('The confusion matrix cannot be shown.', { exact: true }).waitFor()
  await look(page, 'run-confusion-none')
}

/** Two runs: their matrices subtracted, with a cell chosen, and where they disagree. */
export async function comparedStates(lab: TestLab, look: Look): Promise<void> {
  const { page } = lab
  const runs = await lab.ask('runs.list', { trashed: false })
  const ids = [evaluatedRuns.a, evaluatedRuns.b].map((name) => runs.find((run) => run.name === name)!.id)
  await page.evaluate((hash) => void (location.hash = hash), `#/compare?runs=${ids.join(',')}`)
  await page.getByRole('tab', { name: 'Confusion A − B' }).click()
  await matrix(page).waitFor()
  const { x, y } = await pointAt(page, DOG_AS_CAT)
  await page.mouse.click(x, y)
  await page
    .getByRole('option', { name: /^image/ })
    .first()
    .waitFor()
  await look(page, 'compare-confusion')
  await page.getByRole('tab', { name: 'Disagreement' }).click()
  await page.getByRole('region', { name: 'What the tests say' }).waitFor()
  await page
    .getByRole('option', { name: /^image/ })
    .first()
    .waitFor()
  await look(page, 'compare-disagreement')
}
