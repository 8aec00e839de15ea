/** The form of a new experiment, as a person fills it. */
import type { Locator, Page } from 'playwright-core'

/** The control that has a label; a symbol may follow it, as in “Low steps T”. */
export const field = (page: Page, label: string): Locator => page.getByLabel(new RegExp(`^${label}\\S{0,8}$`))

/** Fills the form by labels: options of lists by their text, numbers and names as typed. */
export async function fillExperiment(page: Page, values: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole('heading', { name: 'New experiment', level: 1 }).waitFor()
  for (const [label, value] of Object.entries(values)) {
    const control = field(page, label)
    if ((await control.evaluate((element) => element.tagName)) === 'SELECT') await control.selectOption(value)
    else await control.fill(value)
  }
}

/** Presses the button that trains or queues, and waits for the run's page. */
export async function startExperiment(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Train|Queue the run)$/ }).click()
  await page.getByRole('tab', { name: 'Curves' }).waitFor()
}
