import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { drop } from './support/drag'
import { temporaryFolder } from './support/folders'
import { openLab, type TestLab } from './support/lab'
import { openRun } from './support/places'
import { onEveryShell } from './support/shells'
import { showTrained } from './support/trainings'

/** Drops a file on a window whose line is slow, and looks for its progress. */
async function seeItSent(lab: TestLab, path: string, size: number): Promise<void> {
  const network = await lab.page.context().newCDPSession(lab.page)
  const send = (uploadThroughput: number) =>
    network.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput },
    })
  await network.send('Network.enable')
  await send(size / 10)
  await drop(lab, path)
  const row = lab.page.getByRole('region', { name: 'Imports that go on' })
  await row.getByText(/^Sending [1-9][\d.]* \w+ of/).waitFor()
  await row.getByRole('progressbar', { name: /^Sending/ }).waitFor()
  await send(-1)
}

onEveryShell((shell) => {
  it('lets a run go as one file, and takes it in again from a drop', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const { page } = lab
    const id = await showTrained(lab, 'travels')
    const losses = lab.stored((store) => [...store.steps.column(id, 'loss')])
    await page.getByRole('button', { name: 'Export', exact: true }).click()
    await page.getByRole('radio', { name: /The whole run/ }).check()
    await page.getByText('there is nothing to see in it').waitFor()
    const bytes = await page.evaluate(
      async (run) => [...new Uint8Array(await (await fetch(`exports/${run}/run.hrmlab`)).arrayBuffer())],
      id,
    )
    await page.keyboard.press('Escape')
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'travels.hrmlab'), Buffer.from(bytes))
    await writeFile(join(folder, 'torn.hrmlab'), Buffer.from(bytes.slice(0, -50)))

    await lab.ask('runs.trash', { ids: [id] })
    await lab.ask('runs.delete', { ids: [id] })
    await drop(lab, join(folder, 'torn.hrmlab'))
    await page
      .getByText(/torn\.hrmlab is not a whole zip/)
      .first()
      .waitFor()
    expect(lab.stored((store) => store.runs.list())).toEqual([])

    if (shell === 'server') await seeItSent(lab, join(folder, 'travels.hrmlab'), bytes.length)
    else await drop(lab, join(folder, 'travels.hrmlab'))
    await page.getByText('The run travels was taken in.').first().waitFor()
    await openRun(page, 'travels')
    await page.getByText('from another lab', { exact: true }).waitFor()
    expect(lab.stored((store) => [...store.steps.column(id, 'loss')])).toEqual(losses)
  })
})
