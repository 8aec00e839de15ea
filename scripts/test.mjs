/**
 * `npm test`, on a bare machine too: packages, bundles, engine and browser first, then every suite, then the sum over all of
 * them as the last line. Exit code 1 when anything failed. The engine is never skipped: without it its suites count as
 * failed. Without a browser the window's tests count as skipped, one by one, and the reason is said.
 */
import { join } from 'node:path'
import { SetupError } from './engine-setup/errors.mjs'
import { setUpEngine } from './engine-setup/index.mjs'
import { nodeBinary, packageRoot } from './engine-setup/paths.mjs'
import { createReporter } from './engine-setup/report.mjs'
import { prepareClone } from './start/prepare.mjs'
import { provideBrowser } from './test/browser.mjs'
import { listTests, notRun, runSuite, sumUp, withoutBrowser } from './test/suite.mjs'

/** @typedef {import('./test/suite.mjs').Outcome} Outcome */

const root = packageRoot()
const reporter = createReporter(process.stderr)
const signal = new AbortController().signal

/**
 * @param {() => Promise<unknown>} prepare
 * @returns {Promise<string | null>} why it cannot be had, or null
 */
async function problemOf(prepare) {
  try {
    await prepare()
    return null
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    return `${error.message} ${error.hint ?? ''}`.trim()
  } finally {
    reporter.close()
  }
}

const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')

/** @param {string} name @param {string | null} problem @param {string} projects its projects of vitest @returns {Promise<Outcome>} */
async function suite(name, problem, projects = name) {
  if (problem !== null) return notRun(`${name}: not run. ${problem}`)
  console.log(`\n── ${name} tests ──`)
  return runSuite(nodeBinary(root), vitest, name, ['--project', projects])
}

/** The window's tests, where there is a browser for them. @param {string | null} problem @returns {Promise<Outcome>} */
async function windowSuite(problem) {
  if (problem !== null) return suite('window', problem)
  const noBrowser = await problemOf(async () => {
    // For the tests to take the one that was found, or just installed.
    process.env['HRM_LAB_BROWSER'] = await provideBrowser(reporter, signal)
  })
  if (noBrowser === null) return suite('window', null)
  console.log(`\n── window tests: NOT RUN ──\n${noBrowser}`)
  return withoutBrowser(await listTests(nodeBinary(root), vitest, 'window'), noBrowser)
}

process.chdir(root)
const noClone = await problemOf(() => prepareClone(reporter, signal))
const noEngine = noClone ?? (await problemOf(() => setUpEngine({ onProgress: reporter.update, signal })))
const outcomes = [
  await suite('unit', noClone, 'unit*'),
  await suite('engine', noEngine),
  await suite('e2e', noEngine),
  await windowSuite(noEngine),
]
const { lines, failed } = sumUp(outcomes)
console.log(`\n${lines.join('\n')}`)
process.exitCode = failed ? 1 : 0
