import { spawn } from 'node:child_process'
import { constants } from 'node:os'

/** A second signal of one kind within so many ms is an echo: npm, a shell and the terminal may each send theirs. */
const ECHO = 1_000

/**
 * Runs a program in this one's place: same terminal, same exit status, signals passed on.
 * Ctrl-C on a terminal reaches the program directly, as it does every program in the foreground; passing it on as well would
 * make one Ctrl-C two.
 * @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<number>} exit status; 128 + the signal's number when one ended it
 */
export function runInPlace(program, args, env = process.env) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env })
    /** @type {Map<string, number>} */
    const sent = new Map()
    /** @param {NodeJS.Signals} signal */
    const pass = (signal) => {
      if (signal === 'SIGINT' && process.stdin.isTTY) return
      if (Date.now() - (sent.get(signal) ?? -Infinity) < ECHO) return
      sent.set(signal, Date.now())
      child.kill(signal)
    }
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, pass)
    child.on('error', reject)
    child.on('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}
