/** Every view and state of the window, one after the other: for axe, and for the screenshots. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { inject } from 'vitest'
import { dragOver, drop } from './drag'
import { comparedStates, evaluatedRunStates } from './evaluated-views'
import { field, fillExperiment } from './experiment'
import { temporaryFolder, writeMessyFolder } from './folders'
import type { Beginning, TestLab } from './lab'
import { openRun, placeLink, queue, shownState, trainingInQueue } from './places'
import { provoked } from './shells'
import { ENDLESS, SHORT, startTiny, storedState } from './trainings'

/** Looks at the window as it stands now. */
export type Look = (page: Page, name: string) => Promise<void>

/**
 * Goes through every view and state: a lab that has nothing, one whose runs were evaluated, and one with data, runs, a queue and
 * failures.
 * @param open opens a lab on the server shell
 * @param look called at each, with its name
 */
export async function forEachView(open: (beginning: Beginning) => Promise<TestLab>, look: Look): Promise<void> {
  await emptyLab(await open('nothing'), look)
  const evaluated = await open('evaluated')
  await evaluatedRunStates(evaluated, look)
  await comparedStates(evaluated, look)
  const lab = await open('shapes')
  const { page } = lab
  const runs = await startRuns(lab)
  await tableStates(page, look)
  await runStates(lab, runs, look)
  await experimentStates(page, look)
  await dataStates(lab, look)
  await shellStates(page, look)
  await failures(lab, look)
}

async function emptyLab(lab: TestLab, look: Look): Promise<void> {
  const { page } = lab
  await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
  await look(page, 'runs-empty')
  for (const [place, name] of [
    ['Experiment', 'experiment-empty'],
    ['Notebook', 'notebook-empty'],
    ['Paper', 'paper'],
    ['Data sets', 'data-sets-empty'],
  ] as const) {
    await placeLink(page, place).click()
    await look(page, name)
  }
  await page.getByRole('button', { name: 'Add a data set' }).click()
  await page.getByRole('dialog').getByText('MNIST', { exact: true }).waitFor()
  await look(page, 'data-sets-add')
  await page.keyboard.press('Escape')
  const drag = await dragOver(lab, [lab.home])
  await look(page, 'drop-files')
  await drag.leave()
  const words = await dragOver(lab, { text: 'words' })
  await look(page, 'drop-text')
  await words.leave()
}

/** Two runs that have ended, one that goes on, and two that wait. */
async function startRuns(lab: TestLab): Promise<{ endless: string }> {
  const cnn = await startTiny(lab, 'tiny CNN', SHORT)
  const hrm = await startTiny(lab, 'tiny HRM', SHORT, 'testing-hrm')
  const endless = await startTiny(lab, 'HRM that goes on', ENDLESS, 'testing-hrm')
  await startTiny(lab, 'waits for its turn', SHORT)
  await startTiny(lab, 'waits longer', SHORT)
  await trainingInQueue(lab.page, 'HRM that goes on').waitFor()
  if (![cnn, hrm].every((id) => storedState(lab, id) === 'finished')) throw new Error('The first runs did not finish.')
  return { endless }
}

async function tableStates(page: Page, look: Look): Promise<void> {
  await placeLink(page, 'Runs').click()
  await page.getByRole('row').filter({ hasText: 'tiny CNN' }).waitFor()
  await look(page, 'runs')
  await page.getByRole('searchbox', { name: 'Search runs' }).fill('no such run')
  await look(page, 'runs-none-found')
  await page.getByRole('searchbox', { name: 'Search runs' }).fill('')
}

async function runStates(lab: TestLab, { endless }: { endless: string }, look: Look): Promise<void> {
  const { page } = lab
  await openRun(page, 'tiny HRM')
  await look(page, 'run-finished')
  const drag = await dragOver(lab, [join(inject('templates'), 'shapes', 'disc', '000.png')])
  await page.getByText('Classify with this run').waitFor()
  await look(page, 'drop-image')
  await drag.drop()
  await page.getByRole('dialog').getByRole('heading', { name: 'Probabilities' }).waitFor()
  await look(page, 'run-classify')
  await page.keyboard.press('Escape')
  for (const tab of ['Notes', 'Configuration', 'Log']) {
    await page.getByRole('tab', { name: tab }).click()
    await look(page, `run-${tab.toLowerCase()}`)
  }
  await openRun(page, 'HRM that goes on')
  await shownState(page, 'Running').waitFor()
  await look(page, 'run-running')
  await queue(page).getByRole('button', { name: 'Pause the queue' }).click()
  await shownState(page, 'Paused').waitFor()
  await look(page, 'run-paused')
  await queue(page).getByRole('button', { name: 'Go on with the queue' }).click()
  await trainingInQueue(page, 'HRM that goes on').waitFor()
  process.kill(await lab.session.enginePid(), 'SIGKILL')
  await shownState(page, 'Interrupted').waitFor()
  if (storedState(lab, endless) !== 'interrupted') throw new Error('The run is shown as interrupted, and is not.')
  await look(page, 'run-interrupted')
}

async function experimentStates(page: Page, look: Look): Promise<void> {
  await placeLink(page, 'Experiment').click()
  await fillExperiment(page, { Preset: 'hrm-mnist' })
  await look(page, 'experiment')
  await fillExperiment(page, { 'Attention heads': '5' })
  await look(page, 'experiment-invalid')
  await field(page, 'Attention heads').fill('4')
}

async function dataStates(lab: TestLab, look: Look): Promise<void> {
  const { page } = lab
  const folder = join(await temporaryFolder(), 'My pets')
  await writeMessyFolder(folder)
  await drop(lab, folder)
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('button', { name: 'Import', exact: true }).waitFor()
  await look(page, 'import-found')
  await sheet.getByRole('button', { name: 'Import', exact: true }).click()
  await sheet.getByRole('button', { name: 'Look at the images' }).waitFor()
  await look(page, 'import-done')
  await sheet.getByRole('button', { name: 'Look at the images' }).click()
  for (const tab of ['Images', 'Classes', 'Report', 'Split and source']) {
    await page.getByRole('tab', { name: tab }).click()
    await look(page, `data-set-${tab.toLowerCase().replaceAll(' ', '-')}`)
  }
  await placeLink(page, 'Data sets').click()
  await page.getByRole('link', { name: 'My pets' }).waitFor()
  await look(page, 'data-sets')
  await drop(lab, join(folder, 'README.md'))
  await sheet.locator('.failure').waitFor()
  await look(page, 'import-refused')
  await page.keyboard.press('Escape')
}

async function shellStates(page: Page, look: Look): Promise<void> {
  await placeLink(page, 'Engine').click()
  await page.getByRole('heading', { name: 'Engine', level: 1 }).waitFor()
  await look(page, 'engine')
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  await page.getByText('Free on its disk').waitFor()
  await look(page, 'settings')
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog').waitFor()
  await look(page, 'palette')
  await page.keyboard.press('Escape')
  for (const name of ['Keys', 'All messages']) {
    await page.getByRole('button', { name }).click()
    await page.getByRole('dialog').waitFor()
    await look(page, name.toLowerCase().replaceAll(' ', '-'))
    await page.keyboard.press('Escape')
  }
}

/** A run whose images are gone, and a lab that is gone. */
async function failures(lab: TestLab, look: Look): Promise<void> {
  const { page } = lab
  await rm(join(lab.home, 'datasets'), { recursive: true })
  await startTiny(lab, 'without images', SHORT)
  await openRun(page, 'without images')
  await shownState(page, 'Failed').waitFor()
  await look(page, 'run-failed')
  process.kill(lab.session.pid, 'SIGTERM')
  await page
    .getByText(/connection/i)
    .first()
    .waitFor()
  await look(page, 'connection-lost')
  // The window tries to reach its lab again and again; it is left before its attempts are taken, so that none comes after.
  await page.goto('about:blank')
  provoked(lab.session, /WebSocket|Failed to load resource/)
}
