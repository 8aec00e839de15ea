/** The system's browser for a benchmark of the built window, and a home for its lab. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { findBrowser } from '../../scripts/test/browser.mjs'

/**
 * Hands a browser and an empty home to `use`, and ends and removes both whatever happens.
 * @throws Error when there is no browser, or the window is not built
 */
export async function inBrowser(use: (browser: Browser, home: string) => Promise<void>): Promise<void> {
  const program = findBrowser()
  if (program === null) throw new Error('No Chrome or Chromium was found: name one in HRM_LAB_BROWSER.')
  if (!existsSync('out/renderer/index.html')) throw new Error('The window is not built: npm run build')
  const home = mkdtempSync(join(tmpdir(), 'hrm-lab-bench-'))
  const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] })
  try {
    await use(browser, home)
  } finally {
    await browser.close()
    rmSync(home, { recursive: true, force: true })
  }
}
