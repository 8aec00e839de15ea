import { createInterface } from 'node:readline/promises'
import { join } from 'node:path'
import { SetupError } from '../engine-setup/errors.mjs'
import { setUpEngine } from '../engine-setup/index.mjs'
import { exclusively } from '../engine-setup/mutex.mjs'
import { packageRoot } from '../engine-setup/paths.mjs'
import { built, buildBundles } from './build.mjs'
import { installPackages, packagesInstalled } from './packages.mjs'

/** @typedef {ReturnType<typeof import('../engine-setup/report.mjs').createReporter>} Reporter */

/**
 * Packages and bundles, each only when something changed. Two starts of one clone do not meet here.
 * @param {Reporter} reporter @param {AbortSignal} signal
 */
export async function prepareClone(reporter, signal) {
  const root = packageRoot()
  if (packagesInstalled(root) && built(root)) return
  /** @param {number} pid */
  const onWait = (pid) => reporter.line(`Waiting: another start (process ${pid}) is preparing this clone.`)
  await exclusively(
    join(root, 'out', '.start.lock'),
    async (held) => {
      await installPackages(root, reporter, held)
      await buildBundles(root, reporter, held)
    },
    { onWait, signal },
  )
}

/**
 * The engine, as the command needs it.
 * @param {import('./arguments.mjs').Wanted} wanted @param {Reporter} reporter @param {AbortSignal} signal
 * @returns {Promise<boolean>} true when the person answered that it may be the CPU, which the command must be told
 * @throws {SetupError} when the command cannot do without
 */
export async function prepareEngine({ engine, need }, reporter, signal) {
  if (need === 'none') return false
  let answeredCpu = false
  /** @param {SetupError} problem */
  const confirmCpu = async (problem) => {
    if (need !== 'required' || !process.stdin.isTTY || !process.stderr.isTTY) return false
    answeredCpu = await confirm(problem, reporter, signal)
    return answeredCpu
  }
  try {
    await setUpEngine({ kind: engine, onProgress: reporter.update, signal, confirmCpu })
  } catch (problem) {
    if (!(problem instanceof SetupError) || need === 'required') throw problem
    reporter.line(`The engine is not ready, so training is not possible yet: ${problem.message}`)
    if (problem.hint) reporter.line(problem.hint)
  } finally {
    reporter.close()
  }
  return answeredCpu
}

/**
 * @param {SetupError} problem @param {Reporter} reporter @param {AbortSignal} signal
 * @returns {Promise<boolean>} false too when the input ends without an answer
 */
async function confirm(problem, reporter, signal) {
  reporter.line(problem.message)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  // While it asks, readline takes Ctrl-C from the terminal: pass it on to this process, as elsewhere.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const closed = new Promise((resolve) => terminal.on('close', () => resolve('')))
  try {
    const asked = terminal.question('Train on the CPU instead? [y/N] ', { signal })
    return /^y(es)?$/i.test(String(await Promise.race([asked, closed])).trim())
  } catch (cause) {
    throw signal.aborted ? signal.reason : cause
  } finally {
    terminal.close()
  }
}
