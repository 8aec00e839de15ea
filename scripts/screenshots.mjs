/**
 * `npm run screenshots [-- FOLDER]`: pictures of every view and state of the window, light and dark, in two sizes, from a real
 * lab with small data. Sets up what is needed first, a browser too.
 */
import { spawnSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { SetupError } from './engine-setup/errors.mjs'
import { setUpEngine } from './engine-setup/index.mjs'
import { nodeBinary, packageRoot } from './engine-setup/paths.mjs'
import { createReporter } from './engine-setup/report.mjs'
import { prepareClone } from './start/prepare.mjs'
import { provideBrowser } from './test/browser.mjs'

const root = packageRoot()
const folder = resolve(process.argv[2] ?? join(root, 'out', 'screenshots'))
const reporter = createReporter(process.stderr)
const signal = new AbortController().signal

process.chdir(root)
try {
  await prepareClone(reporter, signal)
  await setUpEngine({ onProgress: reporter.update, signal })
  const browser = await provideBrowser(reporter, signal)
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const { status } = spawnSync(nodeBinary(root), [vitest, 'run', '--project', 'screenshots'], {
    stdio: 'inherit',
    env: { ...process.env, HRM_LAB_BROWSER: browser, HRM_LAB_SCREENSHOTS: folder },
  })
  if (status === 0) console.log(`The pictures are in ${folder}.`)
  process.exitCode = status ?? 1
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n${error.hint ? `  ${error.hint}\n` : ''}`)
  process.exitCode = 1
} finally {
  reporter.close()
}
