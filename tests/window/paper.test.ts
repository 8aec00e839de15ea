import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { accessibilityFindings } from './support/axe'
import { openLab } from './support/lab'
import { placeLink } from './support/places'
import { onEveryShell } from './support/shells'
import { storedState } from './support/trainings'

onEveryShell((shell) => {
  it('queues a published experiment, and says what its figures lack', { timeout: 240_000 }, async () => {
    const lab = await openLab({ shell, beginning: 'nothing' })
    const { page } = lab
    await lab.ask('queue.pause', { paused: true })
    await placeLink(page, 'Paper').click()
    const table = page.getByRole('region', { name: 'The paper’s experiments' })
    const mnist = table.getByRole('rowgroup').filter({ hasText: 'HRM on MNIST' })
    await mnist.getByText('98.0 %').waitFor()
    await mnist.getByText('not run yet').waitFor()
    await page.getByText('MNIST comes with the lab').waitFor()
    const reproduce = page.getByRole('button', { name: 'Reproduce', exact: true })
    await reproduce.press('Enter')
    await mnist.getByText('Queued').waitFor({ timeout: 120_000 })
    expect(await reproduce.isDisabled()).toBe(true)
    const [run] = await lab.ask('runs.list', { trashed: false })
    expect(run).toMatchObject({ preset: 'hrm-mnist', seed: 42, epochsAsked: 3, dataSetName: 'mnist' })
    expect(storedState(lab, run!.id)).toBe('queued')

    await table.getByRole('button', { name: 'CNN on CIFAR-100' }).press('Enter')
    await page.getByText('CIFAR-100 is not here').waitFor()
    await page.getByRole('img', { name: /published test/ }).waitFor()
    await page.getByRole('button', { name: 'Export all figures' }).click()
    const sheet = page.getByRole('dialog', { name: 'Figures and tables' })
    await sheet.getByLabel('Form').selectOption('svg')
    await sheet.getByLabel('Width, mm').fill('5')
    await sheet.getByLabel('Letters, pt').focus()
    await sheet.getByText('Pictures cannot be 5 mm wide').waitFor()
    expect(await sheet.getByRole('button', { name: 'Make them' }).isDisabled()).toBe(true)
    await sheet.getByLabel('Width, mm').fill('85')
    await sheet.getByLabel('Letters, pt').focus()
    await sheet.getByRole('button', { name: 'Make them' }).click()
    await sheet.getByText('0 of 13 were made').waitFor()
    expect(await accessibilityFindings(page)).toEqual([])
    expect(await sheet.getByText(/^no run of hrm-cifar10 on all of its data/).count()).toBeGreaterThanOrEqual(2)
    expect(await readdir(join(lab.home, 'exports', 'paper'))).toEqual(['index.md'])
  })
})
