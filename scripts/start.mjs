#!/usr/bin/env node
/**
 * `npm start [-- COMMAND ...]`: sets everything up that is not, then runs the command on the Node 24 that npm installed, or
 * without a command opens the window. Runs on plain Node 20 before anything is installed: packages (npm ci), the native
 * engine, the bundles, then the command or the window. It is also the `hrm-lab` of an installed package, which brings its
 * bundles and packages with it.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from './engine-setup/errors.mjs'
import { nodeBinary, packageRoot } from './engine-setup/paths.mjs'
import { createReporter } from './engine-setup/report.mjs'
import { readArguments, wantsWindow } from './start/arguments.mjs'
import { prepareClone, prepareEngine } from './start/prepare.mjs'
import { runInPlace } from './start/run.mjs'
import { programOf, windowWay } from './start/window.mjs'

/** Thrown where a signal ends the preparation. */
class Interrupted extends Error {
  /** @param {number} status exit status */
  constructor(status) {
    super('interrupted')
    this.status = status
  }
}

/** Whether this is a clone, with sources to build, and not an installed package. @param {string} root */
const isClone = (root) => existsSync(join(root, 'src'))

/**
 * Prepares, with Ctrl-C and SIGTERM ending it in good order: children are stopped, locks released, finished parts kept.
 * @param {string[]} args
 * @returns {Promise<{program: string, args: string[], env: NodeJS.ProcessEnv}>} what to run
 */
async function prepare(args) {
  const reporter = createReporter(process.stderr)
  const controller = new AbortController()
  const onInterrupt = () => controller.abort(new Interrupted(130))
  const onTerminate = () => controller.abort(new Interrupted(143))
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate)
  try {
    if (isClone(packageRoot())) await prepareClone(reporter, controller.signal)
    const answeredCpu = await prepareEngine(readArguments(args), reporter, controller.signal)
    const prepared = answeredCpu ? [...args, '--engine', 'cpu'] : args
    const root = packageRoot()
    if (!wantsWindow(args))
      return { program: nodeBinary(root), args: [join(root, 'out', 'main', 'cli.js'), ...prepared], env: process.env }
    const way = await windowWay(reporter, controller.signal)
    if ('serve' in way) reporter.line(way.serve)
    return programOf(way, prepared)
  } finally {
    reporter.close()
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate)
  }
}

/** @param {string[]} args @returns {Promise<number>} exit status */
async function main(args) {
  try {
    const { program, args: given, env } = await prepare(args)
    return await runInPlace(program, given, env)
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
