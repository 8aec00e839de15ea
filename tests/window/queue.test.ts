import { expect, it } from 'vitest'
import { openLab } from './support/lab'
import { openRun, placeLink, queue, queued, shownState, trainingInQueue } from './support/places'
import { onEveryShell } from './support/shells'
import { ENDLESS, SHORT, startTiny, storedState } from './support/trainings'

onEveryShell((shell) => {
  it('trains three runs in the order a person gives them, over a pause and a restart', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const first = await startTiny(lab, 'first', ENDLESS)
    const second = await startTiny(lab, 'second', SHORT)
    const third = await startTiny(lab, 'third', SHORT)
    await trainingInQueue(lab.page, 'first').waitFor()

    await queue(lab.page).getByRole('button', { name: 'Pause the queue' }).click()
    await expect.poll(() => storedState(lab, first)).toBe('paused')
    const order = () => expect.poll(() => lab.stored((store) => store.runs.queue().map(({ id }) => id)))
    const names = async (): Promise<(string | undefined)[]> =>
      (await queue(lab.page).getByRole('link').allTextContents()).map((name) => name.trim().split(/\s/)[0])
    await queued(lab.page, 'third').dragTo(queued(lab.page, 'second'), { targetPosition: { x: 20, y: 2 } })
    await order().toEqual([first, third, second])
    await expect.poll(names).toEqual(['first', 'third', 'second'])
    await queued(lab.page, 'third').focus()
    await lab.page.keyboard.press('Alt+ArrowDown')
    await order().toEqual([first, second, third])
    // The store has it before the window shows it, and a key moves what is shown.
    await expect.poll(names).toEqual(['first', 'second', 'third'])
    await queued(lab.page, 'second').focus()
    await lab.page.keyboard.press('Alt+ArrowDown')
    await order().toEqual([first, third, second])

    await lab.restart()
    await queue(lab.page)
      .getByRole('heading', { name: /paused/ })
      .waitFor()
    expect(await names()).toEqual(['first', 'third', 'second'])
    const steps = (): number => lab.stored((store) => store.steps.count(first))
    const before = steps()
    await queue(lab.page).getByRole('button', { name: 'Go on with the queue' }).click()
    await expect.poll(steps).toBeGreaterThan(before)
    expect([second, third].map((id) => storedState(lab, id))).toEqual(['queued', 'queued'])
    await openRun(lab.page, 'first')
    await lab.page.getByRole('button', { name: 'Stop', exact: true }).click()
    await shownState(lab.page, 'Stopped').waitFor()
    await expect.poll(() => [second, third].map((id) => storedState(lab, id))).toEqual(['finished', 'finished'])
    const [endOfSecond, endOfThird] = [second, third].map((id) => lab.stored((store) => store.runs.get(id).ended!))
    expect(endOfThird).toBeLessThan(endOfSecond!)
    await placeLink(lab.page, 'Runs').click()
    await expect.poll(() => lab.page.getByRole('row').filter({ hasText: 'Finished' }).count()).toBe(2)
  })
})
