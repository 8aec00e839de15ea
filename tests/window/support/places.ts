/** The window as a person finds their way in it: by the names of things. */
import type { Locator, Page } from 'playwright-core'

/** What the sidebar leads to. */
export type Place = 'Runs' | 'Experiment' | 'Data sets' | 'Notebook' | 'Paper' | 'Engine'

/** The sidebar's link to a place. */
export const placeLink = (page: Page, place: Place): Locator =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('link', { name: place, exact: true })

/** The queue in the sidebar. */
export const queue = (page: Page): Locator => page.getByRole('region', { name: /^Queue/ })

/** A run's line in the queue: the one that trains, or one that waits. */
export const queued = (page: Page, name: string): Locator => queue(page).getByRole('link').filter({ hasText: name })

/** A run that trains, with its progress told in the queue. */
export const trainingInQueue = (page: Page, name: string): Locator => queued(page, name).getByText(/epoch \d+ of/i)

/** Opens a run from the table of runs, by mouse. */
export async function openRun(page: Page, name: string): Promise<void> {
  await placeLink(page, 'Runs').click()
  await page.getByRole('grid', { name: 'Runs' }).getByRole('row').filter({ hasText: name }).first().click()
  await page.getByRole('heading', { name, level: 1 }).waitFor()
}

/** The state that a run's header shows. */
export const shownState = (page: Page, state: string): Locator =>
  page.locator('header').getByText(state, { exact: true })
