import { expect, it } from 'vitest'
import { openLab, type TestLab } from './support/lab'
import { openRun, shownState } from './support/places'
import { onEveryShell } from './support/shells'
import { ENDLESS, startTiny, storedState } from './support/trainings'

/** Starts a run that never ends by itself, opens it, and waits until steps are on its curve. */
async function watchTraining(lab: TestLab): Promise<string> {
  const id = await startTiny(lab, 'long one', ENDLESS)
  await openRun(lab.page, 'long one')
  await expect.poll(() => lab.stored((store) => store.steps.count(id))).toBeGreaterThan(0)
  return id
}

onEveryShell((shell) => {
  it('shows a stop at once and has done it at the step’s end', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const id = await watchTraining(lab)
    await lab.page.getByRole('button', { name: 'Stop', exact: true }).click()
    // Shown at once, whatever the step still takes; on a quick machine it is over before anyone can see it.
    await lab.page
      .getByText(/^(stopping…|Stopped)$/)
      .first()
      .waitFor()
    await shownState(lab.page, 'Stopped').waitFor()
    expect(storedState(lab, id)).toBe('stopped')
    // A step is a batch; what was recorded is whole, and nothing is left to resume.
    const steps = lab.stored((store) => store.steps.count(id))
    expect(steps).toBeGreaterThan(0)
    expect(await lab.page.getByRole('button', { name: 'Resume' }).count()).toBe(0)
  })

  it('survives the end of its engine process, and resumes', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const id = await watchTraining(lab)
    const epochs = () => lab.stored((store) => store.epochs.list(id).map(({ epoch }) => epoch))
    // Without a checkpoint the run would have failed; the second epoch comes after the first one's.
    await expect.poll(() => epochs().length).toBeGreaterThan(1)
    process.kill(await lab.session.enginePid(), 'SIGKILL')
    await shownState(lab.page, 'Interrupted').waitFor()
    expect(storedState(lab, id)).toBe('interrupted')
    const before = epochs().length
    await lab.page.getByRole('button', { name: 'Resume' }).click()
    await expect.poll(() => epochs().length).toBeGreaterThan(before + 1)
    await lab.page.getByRole('button', { name: 'Stop', exact: true }).click()
    await shownState(lab.page, 'Stopped').waitFor()
    // Each epoch once, none left out.
    expect(epochs()).toEqual(epochs().map((_, place) => place))
  })
})
