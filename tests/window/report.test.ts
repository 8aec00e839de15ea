import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { accessibilityFindings } from './support/axe'
import { temporaryFolder } from './support/folders'
import { openLab, type TestLab } from './support/lab'
import { settle } from './support/settle'
import { onEveryShell, sharedBrowser } from './support/shells'
import { showTrained } from './support/trainings'

const HOSTILE = '</title><script>window.ran = true</script> "x"'

/** Exports the comparison of two runs as one page, by the dialog. @returns the file */
async function saveReport(lab: TestLab, folder: string): Promise<string> {
  const { page } = lab
  await page.getByRole('button', { name: 'Export', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Export the comparison of 2 runs' })
  await dialog.getByRole('radio', { name: /The comparison as one page/ }).check()
  // It stands back until it is read.
  await dialog.locator('[aria-busy=false]').getByText('One page that opens by a double click').waitFor()
  await settle(page)
  expect(await accessibilityFindings(page)).toEqual([])
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save', exact: true }).click(),
  ])
  expect(download.suggestedFilename()).toBe('comparison-0001-0002-report.html')
  const path = join(folder, 'report.html')
  await download.saveAs(path)
  return path
}

/** What the page holds, as its reader's programs see it. */
const contentOf = (page: Page) =>
  page.evaluate(() => ({
    scripts: document.querySelectorAll('script, iframe, object, embed, link, base').length,
    handlers: [...document.querySelectorAll('*')].filter((one) =>
      [...one.attributes].some(({ name }) => /^on/.test(name)),
    ).length,
    ran: 'ran' in window,
    title: document.title,
    heading: document.querySelector('h1')!.textContent,
    values: [...document.querySelectorAll('data')].map(({ value }) => Number(value)),
    unloaded: [...document.images].filter(({ complete, naturalWidth }) => !complete || naturalWidth === 0).length,
    images: document.images.length,
    notes: document.querySelector('pre')?.textContent,
  }))

onEveryShell((shell) => {
  it('leaves a comparison as one page that opens from the disk, offline', async () => {
    const lab = await openLab({ shell, beginning: 'shapes' })
    const [a, b] = [await showTrained(lab, 'tiny CNN'), await showTrained(lab, 'other CNN')]
    await lab.ask('runs.rename', { id: a, name: HOSTILE })
    await lab.ask('runs.note', { id: a, notes: '<img src=x onerror="window.ran=true">\n  so it was' })
    await lab.page.evaluate((ids) => (window.location.hash = `#/compare?runs=${ids}`), [a, b].join(','))
    const folder = await temporaryFolder()
    const path = await saveReport(lab, folder)
    const cli = join(folder, 'cli.html')
    const compare = ['compare', a, b, '--report', cli, '--home', lab.home]
    await promisify(execFile)(process.execPath, [resolve('out/main/cli.js'), ...compare])
    expect((await readFile(cli)).equals(await readFile(path))).toBe(true)

    const context = await (await sharedBrowser()).newContext({ offline: true })
    const asked: string[] = []
    const said: string[] = []
    await context.route('**/*', (route, request) => {
      asked.push(request.url())
      return request.url().startsWith('file:') ? route.continue() : route.abort()
    })
    const page = await context.newPage()
    page.on('console', (message) => said.push(message.text()))
    await page.goto(pathToFileURL(path).href)
    const found = await contentOf(page)
    expect(asked.filter((address) => !address.startsWith('data:'))).toEqual([pathToFileURL(path).href])
    expect(said).toEqual([])
    expect(found).toMatchObject({ scripts: 0, handlers: 0, ran: false, unloaded: 0 })
    expect(found.title).toBe(`${HOSTILE} #1 and other CNN #2`)
    expect(found.heading!.trim()).toBe(`${HOSTILE} #1 and other CNN #2`)
    expect(found.notes).toBe('<img src=x onerror="window.ran=true">\n  so it was')
    for (const id of [a, b]) {
      const stored = lab.stored((store) => store.evaluations.list(id).filter(({ part }) => part === 'test'))
      expect(found.values).toEqual(expect.arrayContaining(stored.map(({ accuracy }) => accuracy)))
      const { counts } = lab.stored((store) => store.evaluations.confusion(id, stored.at(-1)!.epoch, 'test'))!
      expect(found.values.join(' ')).toContain([...counts].join(' '))
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      expect(await accessibilityFindings(page)).toEqual([])
    }
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)')
    await context.close()
  })
})
