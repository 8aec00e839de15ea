import { expect, it } from 'vitest'
import { openLab } from './support/lab'
import { openRun, queue, queued, shownState, trainingInQueue } from './support/places'
import { onEveryShell } from './support/shells'
import { ENDLESS, startTiny } from './support/trainings'

onEveryShell((shell) => {
  it('shows the same in two windows, whichever acts', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const [one, other] = [lab.page, await lab.session.newWindow()]
    await startTiny(lab, 'shared', ENDLESS)
    await startTiny(lab, 'waiting', ENDLESS)
    for (const page of [one, other]) {
      await trainingInQueue(page, 'shared').waitFor()
      await queued(page, 'waiting').waitFor()
    }
    await openRun(one, 'shared')
    await openRun(other, 'shared')
    await one.getByRole('button', { name: 'Pause', exact: true }).click()
    await shownState(other, 'Paused').waitFor()
    await queue(other).getByRole('button', { name: 'Pause the queue' }).click()
    await queue(one)
      .getByRole('heading', { name: /paused/ })
      .waitFor()
    // Words from the engine ("Pausing…") reach the windows one after the other: at rest they say the same.
    const links = () => Promise.all([one, other].map((page) => queue(page).getByRole('link').allTextContents()))
    await expect.poll(async () => new Set((await links()).map((texts) => texts.join('\n'))).size).toBe(1)
  })
})
