import { readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Locator } from 'playwright-core'
import { expect, inject, it } from 'vitest'
import type { SeenImage } from '../../src/shared/contract/images'
import type { DataSetIndexEntry } from '../../src/shared/data/dataset'
import { accessibilityFindings } from './support/axe'
import { dragOver, drop } from './support/drag'
import { temporaryFolder } from './support/folders'
import { openLab, type TestLab } from './support/lab'
import { settle } from './support/settle'
import { onEveryShell } from './support/shells'
import { SHORT, showTrained } from './support/trainings'

/** A test image's file, and what the run said of it at its last evaluation. */
async function evaluatedFile(lab: TestLab, id: string, index: number): Promise<{ path: string; seen: SeenImage }> {
  const { offset, dataSet } = await lab.ask('images.part', { id, part: 'test' })
  const names = join(lab.home, 'datasets', dataSet.id, 'index.json')
  const { name } = (JSON.parse(await readFile(names, 'utf8')) as DataSetIndexEntry[])[offset + index]!
  const seen = await lab.ask('images.one', { id, part: 'test', epoch: SHORT, index })
  return { path: join(inject('templates'), 'shapes', name), seen }
}

/** Percentages of the sheet's bars, by class; none while it is asked. */
async function shownPercentages(sheet: Locator): Promise<Record<string, number>> {
  const rows = await sheet.getByRole('listitem').allTextContents()
  return Object.fromEntries(
    rows.map((row) => {
      const [, name, percent] = /^\s*(\S+)\s+([\d.]+) %\s*$/.exec(row)!
      return [name!, Number(percent)]
    }),
  )
}

onEveryShell((shell) => {
  it('classifies an image that is dropped or chosen on a run’s page as its evaluation did', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const { page } = lab
    const id = await showTrained(lab, 'tiny')
    const { classes } = await lab.ask('images.part', { id, part: 'test' })
    const sheet = page.getByRole('dialog', { name: 'Classify an image' })
    const holds = async ({ path, seen }: { path: string; seen: SeenImage }): Promise<void> => {
      const stored = seen.probabilities!.ranked.map(({ label, probability }) => [classes[label]!, probability] as const)
      expect(stored.map(([name]) => name).sort()).toEqual([...classes].sort())
      await sheet.getByText(basename(path), { exact: true }).waitFor()
      // The image that was asked about before may stand there until now.
      await expect
        .poll(async () => {
          const shown = await shownPercentages(sheet)
          return stored.filter(([name, probability]) => !(Math.abs(shown[name]! - 100 * probability) < 0.1))
        })
        .toEqual([])
      await sheet.locator('.predicted').getByText(stored[0]![0], { exact: true }).waitFor()
    }

    const first = await evaluatedFile(lab, id, 0)
    const drag = await dragOver(lab, [first.path])
    await page.getByText('Classify with this run').waitFor()
    await drag.drop()
    await holds(first)
    for (const name of [/as it is/, /as the model sees it/]) await sheet.getByRole('img', { name }).waitFor()
    await settle(page)
    expect(await accessibilityFindings(page)).toEqual([])

    const last = await evaluatedFile(lab, id, 9)
    // What a drag tells of a path, the stand-in's dialog tells too.
    await lab.session.announceDrag([last.path])
    const dialog = page.waitForEvent('filechooser')
    await sheet.getByRole('button', { name: 'Choose another image' }).press('Enter')
    await (await dialog).setFiles(last.path)
    await holds(last)

    const folder = await temporaryFolder()
    await writeFile(join(folder, 'page.png'), '<!doctype html><title>404</title>')
    await drop(lab, join(folder, 'page.png'))
    await sheet
      .getByRole('paragraph')
      .getByText(/page\.png cannot be used: /)
      .waitFor()
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'hidden' })

    await drop(lab, join(inject('templates'), 'shapes'))
    await page.getByRole('dialog', { name: 'Import shapes' }).waitFor()
  })
})
