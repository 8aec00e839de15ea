/**
 * `npm start [-- COMMAND ...]`: sets everything up that is not, then runs the command on the Node 24 that npm installed.
 * Runs on plain Node 20 before anything is installed: packages (npm ci), the native engine, the bundles, then the command.
 */
import { join } from 'node:path'
import { SetupError } from './engine-setup/errors.mjs'
import { nodeBinary, packageRoot } from './engine-setup/paths.mjs'
import { createReporter } from './engine-setup/report.mjs'
import { readArguments } from './start/arguments.mjs'
import { prepareClone, prepareEngine } from './start/prepare.mjs'
import { runInPlace } from './start/run.mjs'

/** Thrown where a signal ends the preparation. */
class Interrupted extends Error {
  /** @param {number} status exit status */
  constructor(status) {
    super('interrupted')
    this.status = status
  }
}

/**
 * Prepares, with Ctrl-C and SIGTERM ending it in good order: children are stopped, locks released, finished parts kept.
 * @param {string[]} args
 * @returns {Promise<string[]>} the command's arguments
 */
async function prepare(args) {
  const reporter = createReporter(process.stderr)
  const controller = new AbortController()
  const onInterrupt = () => controller.abort(new Interrupted(130))
  const onTerminate = () => controller.abort(new Interrupted(143))
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate)
  try {
    await prepareClone(reporter, controller.signal)
    const answeredCpu = await prepareEngine(readArguments(args), reporter, controller.signal)
    return answeredCpu ? [...args, '--engine', 'cpu'] : args
  } finally {
    reporter.close()
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate)
  }
}

/** @param {string[]} args @returns {Promise<number>} exit status */
async function main(args) {
  try {
    const prepared = await prepare(args)
    // Without a command: the window, once there is one; the help until then.
    const command = prepared.length > 0 ? prepared : ['--help']
    const root = packageRoot()
    return await runInPlace(nodeBinary(root), [join(root, 'out', 'main', 'cli.js'), ...command])
  } catch (error) {
    if (error instanceof Interrupted) {
      process.stderr.write('Interrupted. What was finished is kept; the next start goes on from there.\n')
      return error.status
    }
    if (!(error instanceof SetupError)) throw error
    process.stderr.write(`hrm-lab: ${error.message}\n${error.hint ? `  ${error.hint}\n` : ''}`)
    return 1
  }
}

process.exitCode = await main(process.argv.slice(2))
