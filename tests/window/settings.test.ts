/** What a person sets once: kept over a reload; and the lab's folder, moved with a run in it. */
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { accessibilityFindings } from './support/axe'
import { openLab, type TestLab } from './support/lab'
import { openRun, shownState } from './support/places'
import { settle } from './support/settle'
import { asStandIn, onEveryShell, type Shell } from './support/shells'
import { SHORT, showTrained, startTiny } from './support/trainings'

/** Findings in both themes, with what is shown now. The view is one page's, whatever shell shows it: one shell is enough. */
async function findings({ page }: TestLab, shell: Shell): Promise<string[]> {
  if (shell !== 'server') return []
  const found: string[] = []
  for (const theme of ['light', 'dark']) {
    await page.getByLabel('Theme').selectOption(theme)
    await settle(page)
    found.push(...(await accessibilityFindings(page)))
  }
  return found
}

onEveryShell((shell) => {
  it('keeps the theme, and moves the lab with a run in it', async () => {
    const lab = await openLab({ shell, beginning: 'shapes', movable: true })
    const { page, home: from } = lab
    const to = join(dirname(from), 'disk', 'moved lab')
    const id = await showTrained(lab, 'tiny CNN')
    const settings = page.getByRole('link', { name: 'Settings', exact: true })
    await settings.click()
    await page.getByLabel('Theme').selectOption('dark')
    await page.getByLabel('Threads').fill('1')
    await page.keyboard.press('Tab')
    await expect
      .poll(() => lab.stored(({ settings: kept }) => kept.get('window.appearance')))
      .toMatchObject({ theme: 'dark' })
    await expect.poll(() => lab.stored(({ settings: kept }) => kept.get('lab.engine'))).toEqual({ threads: 1 })
    await page.reload()
    await page.getByText('Free on its disk').waitFor()
    expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe('dark')
    expect(await page.getByLabel('Threads').inputValue()).toBe('1')

    const folder = page.getByRole('region', { name: 'Data folder' })
    if (shell === 'electron') {
      asStandIn(lab.session).standIn.answer = ({ kind }) => (kind === 'open' ? [to] : 0)
      await folder.getByRole('button', { name: 'Choose…' }).click()
    } else {
      await folder.getByLabel('Move it to').fill(to)
      await folder.getByRole('button', { name: 'Look at it' }).click()
    }
    await folder.getByRole('button', { name: 'Move the lab' }).waitFor()
    expect(await findings(lab, shell)).toEqual([])
    await folder.getByRole('button', { name: 'Move the lab' }).click()
    const former = folder.getByRole('list', { name: 'Former folders' })
    await former.getByText(from).waitFor()
    lab.home = to
    expect(await findings(lab, shell)).toEqual([])
    expect(existsSync(from)).toBe(true)
    await former.getByRole('button', { name: 'Remove' }).click()
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click()
    await former.waitFor({ state: 'detached' })
    expect(existsSync(from)).toBe(false)

    await openRun(page, 'tiny CNN')
    await shownState(page, 'Finished').waitFor()
    expect(lab.stored((store) => store.runs.get(id).state)).toBe('finished')
    const next = await startTiny(lab, 'after the move', SHORT)
    await openRun(page, 'after the move')
    await shownState(page, 'Finished').waitFor()
    expect(lab.stored((store) => store.runs.get(next).engine)).toMatchObject({ threads: 1 })
  })
})
