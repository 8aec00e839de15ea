/** Keeping order: notes that are read as Markdown, folders of runs, and a question that runs answer. */
import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { accessibilityFindings } from './support/axe'
import { openLab } from './support/lab'
import { openRun, placeLink } from './support/places'
import { settle } from './support/settle'
import { asStandIn, onEveryShell, type Shell } from './support/shells'
import { SHORT, startTiny } from './support/trainings'

const NOTE = [
  '# Twice the rate',
  '',
  'It **helps**, see [the paper](https://arxiv.org/abs/2510.03598).',
  '',
  '<script>window.hacked = true</script>',
  '',
  '<img src=x onerror="window.hacked=true"> [bad](javascript:window.hacked=true) ![cat](https://example.org/cat.png)',
].join('\n')

/** Nothing of a note was run or loaded. */
async function expectHarmless(page: Page): Promise<void> {
  const seen = await page.evaluate(() => ({
    hacked: 'hacked' in window,
    loaded: document.querySelectorAll('main :is(img, script, iframe)').length,
    bad: document.querySelectorAll('a[href^="javascript:"]').length,
  }))
  expect(seen).toEqual({ hacked: false, loaded: 0, bad: 0 })
}

/** axe, light and dark. The views are one page's, whatever shell shows them: one shell is enough. */
async function expectAccessible(page: Page, shell: Shell): Promise<void> {
  if (shell !== 'server') return
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await settle(page)
    expect(await accessibilityFindings(page)).toEqual([])
  }
}

onEveryShell((shell) => {
  it('keeps notes, folders and a question', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const { page } = lab
    // What waits needs no engine.
    await lab.ask('queue.pause', { paused: true })
    const [one, two] = [await startTiny(lab, 'first', SHORT), await startTiny(lab, 'second', SHORT)]
    await startTiny(lab, 'third', SHORT)
    const folders = () => lab.stored((store) => [one, two].map((id) => store.runs.get(id).folder))

    // A note, left in the middle and gone on with.
    await openRun(page, 'first')
    await page.keyboard.press('e')
    const note = page.getByRole('textbox', { name: 'Notes of first' })
    await note.fill(NOTE)
    await expectAccessible(page, shell)
    await placeLink(page, 'Data sets').click()
    await page.getByRole('heading', { level: 1, name: 'Data sets' }).waitFor()
    await openRun(page, 'first')
    await page.getByRole('tab', { name: 'Notes (draft)' }).click()
    expect(await note.inputValue()).toBe(NOTE)
    await note.press('Control+Enter')
    await note.waitFor({ state: 'detached' })
    const panel = page.getByRole('tabpanel')
    await panel.getByRole('heading', { name: 'Twice the rate' }).waitFor()
    expect(await panel.getByRole('link', { name: 'the paper' }).getAttribute('rel')).toBe('noopener noreferrer')
    if (shell === 'electron') {
      await panel.getByRole('link', { name: 'the paper' }).click()
      const { recorded } = asStandIn(lab.session).standIn
      const opened = () => recorded.flatMap((entry) => (entry.kind === 'open-external' ? [entry.url] : []))
      await expect.poll(opened).toEqual(['https://arxiv.org/abs/2510.03598'])
    }
    await panel.getByText('<script>window.hacked = true</script>').waitFor()
    await expectHarmless(page)
    expect(lab.stored((store) => store.runs.get(one).notes)).toBe(NOTE)
    await expectAccessible(page, shell)

    // Folders: by the menu's sheet, by a drag; renamed, dissolved, and back.
    await placeLink(page, 'Runs').click()
    const rows = page.getByRole('grid', { name: 'Runs' }).getByRole('row')
    await page.getByRole('checkbox', { name: 'Select first' }).click()
    await page.getByRole('button', { name: 'Folder', exact: true }).click()
    await page
      .getByRole('textbox', { name: 'Folder' })
      .or(page.getByRole('combobox', { name: 'Folder' }))
      .fill(' tests / rates ')
    await page.getByRole('button', { name: 'Move', exact: true }).click()
    const rail = page.getByRole('navigation', { name: 'Folders' })
    const rates = rail.getByRole('button', { name: /^rates/ })
    await rows.filter({ hasText: 'second' }).dragTo(rates)
    await expect.poll(folders).toEqual(['tests/rates', 'tests/rates'])
    await rates.click()
    await expect.poll(() => rows.count()).toBe(3) // With the heads.
    await rail.getByRole('button', { name: 'Actions for folder tests/rates' }).click()
    await page.getByRole('menuitem', { name: 'Rename…' }).click()
    await page.getByRole('dialog').locator('input').fill('speed')
    await page.getByRole('button', { name: 'Rename', exact: true }).click()
    await expect.poll(folders).toEqual(['speed', 'speed'])
    await rail.getByRole('button', { name: /^All runs/ }).click()
    await page.getByRole('searchbox', { name: 'Search runs' }).fill('speed')
    await expect.poll(() => rows.count()).toBe(3)
    await page.getByRole('searchbox', { name: 'Search runs' }).fill('')
    await expectAccessible(page, shell)
    await rail.getByRole('button', { name: 'Actions for folder speed' }).click()
    await page.getByRole('menuitem', { name: 'Delete the folder, keep its runs' }).click()
    await expect.poll(folders).toEqual([null, null])
    // The window offers to undo it once the lab has answered; before, the key would undo what was done before.
    await page.getByText('Folder speed is gone; its runs stay.').first().waitFor()
    await page.keyboard.press('Control+z')
    await expect.poll(folders).toEqual(['speed', 'speed'])

    // A question about two runs, with a verdict.
    for (const name of ['first', 'second']) await page.getByRole('checkbox', { name: `Select ${name}` }).check()
    await page.getByRole('button', { name: 'Question', exact: true }).click()
    await page.getByRole('textbox', { name: 'Question' }).fill('Does twice the rate help?')
    await page.getByRole('button', { name: 'Write it down' }).click()
    await page.getByRole('heading', { level: 1, name: 'Does twice the rate help?' }).waitFor()
    await page.getByRole('radio', { name: 'Yes' }).check()
    await page.getByRole('button', { name: 'Write: Reason of the verdict' }).click()
    const reason = page.getByRole('textbox', { name: 'Reason of the verdict' })
    await reason.fill('By *two* points.')
    await reason.press('Control+Enter')
    await reason.waitFor({ state: 'detached' })
    await page.getByText('By two points.').waitFor()
    const question = () => lab.stored((store) => store.questions.get(1))
    expect(question()).toMatchObject({ verdict: 'yes', reason: 'By *two* points.', runs: [one, two] })
    await expectAccessible(page, shell)
    await page
      .getByRole('list', { name: 'Runs of the question' })
      .getByRole('link', { name: /^second/ })
      .click()
    await page.getByRole('heading', { level: 1, name: 'second' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('combobox').fill('twice the rate')
    await page.getByRole('option', { name: 'Does twice the rate help?', exact: true }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Does twice the rate help?' }).waitFor()
    await placeLink(page, 'Notebook').click()
    await page.getByRole('list', { name: 'Questions' }).getByText('Yes').waitFor()
    await expectAccessible(page, shell)
    const cli = [resolve('out/main/cli.js'), 'notebook', '1', '--home', lab.home]
    const { stdout } = await promisify(execFile)(process.execPath, cli)
    expect(stdout).toMatch(
      /^# Does twice the rate help\?\n\nVerdict: \*\*Yes\*\*[^]*By \*two\* points\.[^]*\| second \|/,
    )
  })
})
