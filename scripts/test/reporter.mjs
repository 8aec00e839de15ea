/**
 * A vitest reporter that writes a suite's outcome to the file named by HRM_LAB_TEST_REPORT, for scripts/test.mjs to add
 * up. Unlike vitest's JSON it keeps why a test was skipped, and counts what broke outside of any test as failed.
 */
import { writeFileSync } from 'node:fs'

/**
 * @typedef {object} Outcome
 * @property {number} passed
 * @property {string[]} failed names of tests, files that could not be loaded, hooks and errors outside of tests
 * @property {{name: string, why: string}[]} skipped
 */

/** @type {import('vitest/reporters').Reporter} */
export default class OutcomeReporter {
  /**
   * @param {ReadonlyArray<import('vitest/node').TestModule>} modules
   * @param {ReadonlyArray<{message?: string}>} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    /** @type {Outcome} */
    const outcome = { passed: 0, failed: [], skipped: [] }
    for (const module of modules) {
      if (module.errors().length > 0) outcome.failed.push(`${module.relativeModuleId} (the file itself)`)
      for (const suite of module.children.allSuites())
        if (suite.errors().length > 0) outcome.failed.push(`${suite.fullName} (a hook)`)
      for (const test of module.children.allTests()) count(outcome, test)
    }
    for (const error of unhandled) outcome.failed.push(`outside of any test: ${error.message ?? 'unknown error'}`)
    writeFileSync(/** @type {string} */ (process.env['HRM_LAB_TEST_REPORT']), JSON.stringify(outcome))
  }
}

/** @param {Outcome} outcome @param {import('vitest/node').TestCase} test */
function count(outcome, test) {
  const result = test.result()
  if (result.state === 'passed') outcome.passed++
  else if (result.state === 'skipped')
    outcome.skipped.push({ name: test.fullName, why: result.note ?? 'no reason given' })
  else outcome.failed.push(test.fullName) // failed, or never run
}
