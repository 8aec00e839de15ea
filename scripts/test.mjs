/**
 * `npm test`, on a bare machine too: packages, bundles and engine first, then every suite, then the sum over all of them as
 * the last line. Exit code 1 when anything failed. The engine is never skipped: without it its suites count as failed.
 */
import { join } from 'node:path'
import { SetupError } from './engine-setup/errors.mjs'
import { setUpEngine } from './engine-setup/index.mjs'
import { nodeBinary, packageRoot } from './engine-setup/paths.mjs'
import { createReporter } from './engine-setup/report.mjs'
import { prepareClone } from './start/prepare.mjs'
import { notRun, runSuite, sumUp } from './test/suite.mjs'

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

/** @param {string} name @param {string | null} problem @returns {Promise<Outcome>} */
async function suite(name, problem) {
  if (problem !== null) return notRun(`${name}: not run. ${problem}`)
  console.log(`\n── ${name} tests ──`)
  return runSuite(nodeBinary(root), join(root, 'node_modules', 'vitest', 'vitest.mjs'), name, ['--project', name])
}

process.chdir(root)
const noClone = await problemOf(() => prepareClone(reporter, signal))
const noEngine = noClone ?? (await problemOf(() => setUpEngine({ onProgress: reporter.update, signal })))
const outcomes = [await suite('unit', noClone), await suite('engine', noEngine), await suite('e2e', noEngine)]
const { lines, failed } = sumUp(outcomes)
console.log(`\n${lines.join('\n')}`)
process.exitCode = failed ? 1 : 0
