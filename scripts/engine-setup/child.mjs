import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { existsSync } from 'node:fs'

/** The last part of a child's output that is kept, characters. */
const KEPT = 16_000

/**
 * How a child process ended.
 * @typedef {object} Outcome
 * @property {number | null} code exit status; null when a signal ended it
 * @property {NodeJS.Signals | null} signal
 * @property {string} stdout its last 16,000 characters
 * @property {string} stderr its last 16,000 characters
 */

/**
 * Runs a program to its end, without a shell. Aborting the signal kills it and throws the signal's reason.
 * @param {string} program @param {string[]} args
 * @param {{env?: NodeJS.ProcessEnv, cwd?: string, signal?: AbortSignal | undefined, timeout?: number}} [options]
 *   timeout in ms
 * @returns {Promise<Outcome>}
 * @throws {Error} when it cannot be started (code ENOENT: there is no such program)
 */
export function runChild(program, args, { env = process.env, cwd = process.cwd(), signal, timeout = 0 } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, timeout, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] })
    const kept = { stdout: '', stderr: '' }
    for (const name of /** @type {const} */ (['stdout', 'stderr']))
      child[name].setEncoding('utf8').on('data', (text) => (kept[name] = (kept[name] + text).slice(-KEPT)))
    const kill = () => child.kill('SIGKILL')
    signal?.addEventListener('abort', kill, { once: true })
    const finish = () => signal?.removeEventListener('abort', kill)
    child.on('error', (error) => {
      finish()
      reject(error)
    })
    child.on('close', (code, endSignal) => {
      finish()
      if (signal?.aborted) reject(signal.reason)
      else resolve({ code, signal: endSignal, ...kept })
    })
    if (signal?.aborted) kill()
  })
}

/**
 * The first of these programs on the PATH, or null.
 * @param {string[]} names @param {NodeJS.ProcessEnv} [env]
 * @returns {string | null}
 */
export function findProgram(names, env = process.env) {
  const endings = process.platform === 'win32' ? ['.exe'] : ['']
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter(Boolean)
  for (const name of names)
    for (const folder of folders)
      for (const ending of endings) {
        const file = join(folder, name + ending)
        if (existsSync(file)) return file
      }
  return null
}

/** The last lines of a text that say something. @param {string} text @param {number} [count] */
export function lastLines(text, count = 4) {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(-count)
    .join('\n')
}
