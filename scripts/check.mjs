/**
 * `npm run check`: format, lint, types, Svelte's check and unit tests, side by side; each shown with its duration.
 * Exit code 1 when one fails; the last line says which.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** Names of package.json scripts, the longest first, so that the short ones fill the gaps. */
const names = ['lint', 'test:unit', 'svelte-check', 'typecheck', 'format:check']
const started = performance.now()

/** @param {number} since @returns {string} */
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`

/**
 * Runs one script and prints its output in one piece, only when it fails.
 * @param {string} name
 * @returns {Promise<boolean>} whether it passed
 */
function runScript(name) {
  const began = performance.now()
  return new Promise((done) => {
    const child = spawn('npm', ['run', '--silent', name], {
      shell: process.platform === 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [process.stdout.isTTY ? 'FORCE_COLOR' : 'NO_COLOR']: '1' },
    })
    /** @type {Buffer[]} */
    const output = []
    child.stdout.on('data', (chunk) => output.push(chunk))
    child.stderr.on('data', (chunk) => output.push(chunk))
    child.on('error', (error) => output.push(Buffer.from(`${error.message}\n`)))
    child.on('close', (code) => {
      const passed = code === 0
      if (!passed) process.stdout.write(Buffer.concat(output))
      console.log(`${passed ? 'passed' : 'FAILED'}  ${name}  ${seconds(began)}`)
      done(passed)
    })
  })
}

const waiting = [...names]
/** @type {string[]} */
const failed = []
await Promise.all(
  Array.from({ length: Math.max(2, availableParallelism()) }, async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) if (!(await runScript(name))) failed.push(name)
  }),
)
const total = seconds(started)
console.log(failed.length === 0 ? `check passed in ${total}` : `check FAILED in ${total}: ${failed.sort().join(', ')}`)
process.exitCode = failed.length === 0 ? 0 : 1
