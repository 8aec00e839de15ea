import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { SetupError } from '../engine-setup/errors.mjs'
import { formatSeconds } from '../engine-setup/report.mjs'

/** Written into node_modules when `npm ci` has ended well: the hash of the lock it installed. */
const STAMP = join('node_modules', '.hrm-lab-lock')

/** @param {string} root */
const lockHash = (root) =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

/** Whether node_modules holds what package-lock.json names. @param {string} root */
export function packagesInstalled(root) {
  const stamp = join(root, STAMP)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(root)
}

/**
 * Runs `npm ci` when the lock changed since the last one that ended well.
 * @param {string} root
 * @param {ReturnType<typeof import('../engine-setup/report.mjs').createReporter>} reporter
 * @param {AbortSignal} signal
 * @throws {SetupError} when npm fails; its own words went to stderr
 */
export async function installPackages(root, reporter, signal) {
  if (packagesInstalled(root)) return
  const hash = lockHash(root)
  const start = Date.now()
  reporter.line('Installing packages (npm ci) …')
  const { program, args } = npmCommand()
  const code = await runQuietly(program, [...args, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], root, signal)
  if (code !== 0)
    throw new SetupError(
      `npm ci ended with status ${code}.`,
      'npm’s own words stand above. Check the network and npm’s registry setting (npm config get registry), and start again.',
    )
  writeFileSync(join(root, STAMP), hash)
  reporter.line(`Packages installed in ${formatSeconds((Date.now() - start) / 1000)}.`)
}

/**
 * The npm that runs this script, or the one on the PATH. npm is itself a script, run by the Node that runs now.
 * @returns {{program: string, args: string[]}}
 */
export function npmCommand(env = process.env) {
  const script = env['npm_execpath']
  if (script && /^npm/.test(basename(script)) && existsSync(script))
    return { program: process.execPath, args: [script] }
  return { program: process.platform === 'win32' ? 'npm.cmd' : 'npm', args: [] }
}

/**
 * Runs a program whose normal output says nothing a person needs, and passes its error output on.
 * @param {string} program @param {string[]} args @param {string} cwd @param {AbortSignal} signal
 * @returns {Promise<number | null>} its exit status
 */
export function runQuietly(program, args, cwd, signal) {
  return new Promise((resolve, reject) => {
    const shell = program.endsWith('.cmd')
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'], shell })
    const stop = () => child.kill('SIGTERM')
    signal.addEventListener('abort', stop, { once: true })
    child.on('error', reject)
    child.on('close', (code) => {
      signal.removeEventListener('abort', stop)
      if (signal.aborted) reject(signal.reason)
      else resolve(code)
    })
  })
}
