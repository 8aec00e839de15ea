/** Runs a suite of vitest and reads its outcome. */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** @typedef {import('./reporter.mjs').Outcome} Outcome */

const reporter = fileURLToPath(new URL('./reporter.mjs', import.meta.url))

/**
 * Runs vitest with `options`.
 * A run that dies without a report, fails without a failed test, or runs none is a failure too.
 * @param {string} node the Node to run it on
 * @param {string} vitest path of vitest.mjs
 * @param {string} name what to call the suite in failures
 * @param {string[]} options
 * @param {'inherit' | 'ignore'} output where vitest's own report goes
 * @returns {Promise<Outcome>}
 */
export async function runSuite(node, vitest, name, options, output = 'inherit') {
  const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-test-'))
  const report = join(folder, 'outcome.json')
  try {
    const code = await new Promise((done, refuse) => {
      const child = spawn(node, [vitest, 'run', '--reporter=default', `--reporter=${reporter}`, ...options], {
        stdio: ['ignore', output, output],
        env: { ...process.env, HRM_LAB_TEST_REPORT: report },
      })
      child.on('error', refuse)
      child.on('close', (code, signal) => done(signal ?? code))
    })
    return complete(readOutcome(report), name, code)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} report @returns {Outcome | null} */
function readOutcome(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return null // vitest ended before it wrote one
  }
}

/** @param {Outcome | null} outcome @param {string} name @param {number | string} code @returns {Outcome} */
function complete(outcome, name, code) {
  if (!outcome) return notRun(`${name}: vitest ended (${code}) without a report`)
  const { passed, failed, skipped } = outcome
  if (passed + failed.length + skipped.length === 0) return notRun(`${name}: no test ran`)
  if (code !== 0 && failed.length === 0) return { passed, failed: [`${name}: vitest ended with ${code}`], skipped }
  return outcome
}

/** The outcome of a suite that could not run. @param {string} why @returns {Outcome} */
export const notRun = (why) => ({ passed: 0, failed: [why], skipped: [] })

/**
 * The names of a suite's tests, without running them.
 * @param {string} node @param {string} vitest @param {string} name of the project
 * @returns {Promise<string[]>} none where they cannot be listed
 */
export async function listTests(node, vitest, name) {
  const child = spawn(node, [vitest, 'list', '--json', '--project', name], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, HRM_LAB_LIST_TESTS: '1' },
  })
  let text = ''
  for await (const part of child.stdout.setEncoding('utf8')) text += part
  try {
    return JSON.parse(text).map((/** @type {{name: string}} */ test) => test.name)
  } catch {
    return [] // vitest has said why
  }
}

/**
 * The outcome of the window's tests where there is no browser: each is skipped.
 * @param {string[]} tests their names @param {string} why @returns {Outcome}
 */
export const withoutBrowser = (tests, why) =>
  tests.length === 0
    ? notRun(`window: its tests could not even be listed. ${why}`)
    : { passed: 0, failed: [], skipped: tests.map((name) => ({ name: `window > ${name}`, why })) }

/**
 * What to print at the end: what failed, what was skipped and why, and as the last line the sum over all suites.
 * @param {Outcome[]} outcomes
 * @returns {{lines: string[], failed: boolean}}
 */
export function sumUp(outcomes) {
  const failed = outcomes.flatMap((o) => o.failed)
  const skipped = outcomes.flatMap((o) => o.skipped)
  const passed = outcomes.reduce((sum, o) => sum + o.passed, 0)
  return {
    failed: failed.length > 0,
    lines: [
      ...failed.map((name) => `FAILED   ${name}`),
      ...skipped.map(({ name, why }) => `SKIPPED  ${name}: ${why}`),
      `${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
    ],
  }
}
