/** What a newcomer does: from the empty lab to a curve, by mouse only and by keyboard only, and a training to its end. */
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { drawnCount, drawnLoss } from './support/curve'
import { field, fillExperiment, startExperiment } from './support/experiment'
import { openLab, type TestLab } from './support/lab'
import { shownState } from './support/places'
import { onEveryShell } from './support/shells'
import { storedState } from './support/trainings'

/** Presses Tab until something with that name has the focus. @throws Error when it never comes */
async function tabTo(page: Page, name: RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = []
  for (let i = 0; i < 120; i++) {
    await page.keyboard.press(key)
    const focused = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null
      const labels = (element as HTMLInputElement | null)?.labels
      return (
        element?.getAttribute('aria-label') ?? labels?.[0]?.textContent?.trim() ?? element?.textContent?.trim() ?? ''
      )
    })
    if (name.test(focused)) return
    seen.push(focused.slice(0, 40))
  }
  throw new Error(`Tab never came to ${name}; it came to: ${seen.join(' | ')}`)
}

/** Types into a field that Tab leads to. */
async function tabAndType(page: Page, name: RegExp, text: string): Promise<void> {
  await tabTo(page, name)
  await page.keyboard.press('Control+a')
  await page.keyboard.type(text)
}

/** Waits until the curve of the run that is open has points. @returns the run's id */
async function seeCurve(lab: TestLab): Promise<string> {
  await lab.page.getByRole('tab', { name: 'Curves' }).waitFor()
  const id = decodeURIComponent(new URL(lab.page.url()).hash.split('/').at(-1)!)
  await expect.poll(async () => (await drawnCount(lab.page)).drawn, { timeout: 300_000 }).toBeGreaterThan(1)
  return id
}

/** Every point that is drawn is the stored one, to the last digit; of so few none is left out. */
async function expectStoredCurve(lab: TestLab, id: string): Promise<void> {
  const stored = lab.stored((store) => [...store.steps.column(id, 'loss')].map(Number))
  await expect.poll(() => drawnCount(lab.page)).toEqual({ drawn: stored.length, total: stored.length })
  const drawn = await drawnLoss(lab.page)
  expect(drawn.map(([, loss]) => Math.fround(loss))).toEqual(stored)
}

onEveryShell((shell) => {
  it('reproduces the paper on MNIST by mouse only, to its curve', async () => {
    const lab = await openLab({ shell })
    const { page } = lab
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
    await page.getByRole('button', { name: 'Reproduce on MNIST' }).click()
    const id = await seeCurve(lab)
    const [dataSet] = lab.stored((store) => store.dataSets.list())
    expect(dataSet!.manifest).toMatchObject({
      known: 'mnist',
      parts: { train: { count: 60_000 }, test: { count: 10_000 } },
    })
    await page.getByRole('button', { name: 'Stop', exact: true }).click()
    await shownState(page, 'Stopped').waitFor()
    await expectStoredCurve(lab, id)
    const run = lab.stored((store) => store.runs.get(id))
    expect(run.engine).toMatchObject({ backend: 'tensorflow' })
  })

  it('trains a small model on MNIST to its end by keyboard only', async () => {
    const lab = await openLab({ shell })
    const { page } = lab
    await page.getByRole('heading', { name: 'No runs yet' }).waitFor()
    await tabTo(page, /^Other ways to add data$/)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByText('MNIST', { exact: true }).waitFor()
    await tabTo(page, /^Add: MNIST$/)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').getByRole('link', { name: 'Open' }).waitFor({ timeout: 120_000 })
    await page.keyboard.press('Escape')
    await page.keyboard.press('n')
    await page.getByRole('heading', { name: 'New experiment' }).waitFor()

    await tabAndType(page, /^Name$/, 'by keys')
    await tabAndType(page, /^Patch side/, '14')
    await tabAndType(page, /^Width/, '16')
    await tabAndType(page, /^Attention heads/, '2')
    await tabAndType(page, /^Blocks per module/, '1')
    await tabAndType(page, /^Epochs/, '1')
    await tabTo(page, /more fields$/)
    await page.keyboard.press('Enter')
    await tabAndType(page, /^Training images/, '512')
    await page.keyboard.press('Control+Enter')
    const id = await seeCurve(lab)
    await shownState(page, 'Finished').waitFor()
    expect(storedState(lab, id)).toBe('finished')
    await expectStoredCurve(lab, id)
    const evaluations = lab.stored((store) => store.evaluations.list(id))
    expect(evaluations.length).toBeGreaterThan(0)
  })

  it('refuses what cannot be trained where it is typed, and trains what can', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const { page } = lab
    await page.getByRole('link', { name: 'Experiment' }).click()
    await fillExperiment(page, { Preset: 'hrm-mnist', Epochs: '0' })
    expect(await field(page, 'Epochs').getAttribute('aria-invalid')).toBe('true')
    await fillExperiment(page, { Epochs: '2', Batch: '32', Name: 'short one' })
    await startExperiment(page)
    const id = await seeCurve(lab)
    await shownState(page, 'Finished').waitFor()
    await expectStoredCurve(lab, id)
    expect(lab.stored((store) => store.epochs.list(id))).toHaveLength(2)
  })
})
