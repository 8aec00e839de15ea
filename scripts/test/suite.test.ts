import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { runSuite, sumUp, withoutBrowser } from './suite.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-lab-suite-'))
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'junction')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs vitest on files made for the occasion. */
function run(files: Record<string, string>): ReturnType<typeof runSuite> {
  for (const [name, code] of Object.entries(files))
    writeFileSync(join(folder, name), `import { beforeAll, describe, expect, it } from 'vitest'\n${code}`)
  return runSuite(process.execPath, resolve('node_modules/vitest/vitest.mjs'), 'fixture', ['--root', folder], 'ignore')
}

describe('runSuite', () => {
  it('counts tests, and what breaks around them, as failed', async () => {
    const outcome = await run({
      'a.test.js': `it('one', () => {})
        it('two', () => {})
        it('wrong', () => { expect(1).toBe(2) })
        it('left out', (context) => { context.skip('no data here') })
        describe('hook', () => { beforeAll(() => { throw new Error('no') }); it('after it', () => {}) })`,
      'b.test.js': `import './not-there.js'`,
    })
    expect(outcome.passed).toBe(2)
    expect(outcome.failed.sort()).toEqual(['b.test.js (the file itself)', 'hook (a hook)', 'wrong'])
    expect(outcome.skipped).toContainEqual({ name: 'left out', why: 'no data here' })
  })

  it('counts an error that comes from outside of the tests', async () => {
    const stray = await run({
      'a.test.js': `it('one', () => { setTimeout(() => { throw new Error('stray') }) })
      it('two', () => new Promise((r) => setTimeout(r, 50)))`,
    })
    expect(stray.failed).toEqual([expect.stringContaining('stray')])
  })

  it('fails when there is nothing to run', async () => {
    expect((await run({})).failed).toEqual([expect.stringContaining('fixture')])
  })
})

describe('sumUp', () => {
  it('ends with the sum over all suites', () => {
    const summary = sumUp([
      { passed: 3, failed: [], skipped: [{ name: 'x', why: 'no GPU' }] },
      { passed: 1, failed: ['y'], skipped: [] },
    ])
    expect(summary).toEqual({
      failed: true,
      lines: ['FAILED   y', 'SKIPPED  x: no GPU', '4 passed, 1 failed, 1 skipped'],
    })
    expect(sumUp([{ passed: 3, failed: [], skipped: [] }]).failed).toBe(false)
  })
})

describe('withoutBrowser', () => {
  it('skips each test with the reason, and fails where there is none to skip', () => {
    const { lines, failed } = sumUp([withoutBrowser(['a', 'b'], 'No browser.')])
    expect(failed).toBe(false)
    expect(lines).toEqual([
      'SKIPPED  window > a: No browser.',
      'SKIPPED  window > b: No browser.',
      '0 passed, 0 failed, 2 skipped',
    ])
    expect(sumUp([withoutBrowser([], 'No browser.')]).failed).toBe(true)
  })
})
