/** Once for the whole suite: one browser process, and the labs that stories begin with. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { findBrowser } from '../../../scripts/test/browser.mjs'
import { writePictures } from '../../e2e/support/pictures'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the running browser, for Playwright. */
    browser: string
    /** Folder of the labs that stories copy and begin with. */
    templates: string
  }
}

/** Images of each of the four classes of the data set 'shapes'. */
const PER_CLASS = 40

/** Starts the browser and makes the labs. @throws Error when the bundles or a browser are missing */
export default async function setUp({ provide }: TestProject): Promise<() => Promise<void>> {
  // The tests are only to be named: there may be no browser.
  if (process.env['HRM_LAB_LIST_TESTS']) return async () => undefined
  const cli = resolve('out/main/cli.js')
  for (const file of [cli, resolve('out/renderer/index.html')])
    if (!existsSync(file)) throw new Error(`${file} is not there: npm run build, or npm test`)
  const executablePath = findBrowser()
  if (!executablePath) throw new Error('No Chrome or Chromium was found: name one in HRM_LAB_BROWSER, or npm test.')
  const templates = await mkdtemp(join(tmpdir(), 'hrm-lab-window-'))
  await writePictures(join(templates, 'shapes'), PER_CLASS)
  const hrmLab = (...args: string[]) =>
    promisify(execFile)(process.execPath, [cli, ...args, '--home', join(templates, 'with-shapes')])
  await hrmLab('import', join(templates, 'shapes'), '--size', '8')
  const browser = await chromium.launchServer({ executablePath })
  provide('browser', browser.wsEndpoint())
  provide('templates', templates)
  return async () => {
    await browser.close()
    await rm(templates, { recursive: true, force: true })
  }
}
