import { fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import type { UtilityProcess, utilityProcess as theirs } from 'electron'
import { listening } from './emitter'
import { standIn } from './host'

const parentPort = new URL('../utility-child.mjs', import.meta.url).href

/** A real process of Node's, with a utility process' way of speaking. */
export const utilityProcess = standIn<typeof theirs>('utilityProcess', {
  fork: (entry, args = [], { env, stdio = 'inherit' } = {}) => {
    const events = new EventEmitter()
    const child = fork(entry, args, {
      env: env as NodeJS.ProcessEnv,
      serialization: 'advanced',
      stdio: [...(Array.isArray(stdio) ? stdio : [stdio, stdio, stdio]), 'ipc'] as never,
      execArgv: ['--import', parentPort],
    })
    let ended = false
    child.on('spawn', () => events.emit('spawn'))
    child.on('message', (message) => events.emit('message', message))
    // 'close', not 'exit': by then everything it said has been heard.
    child.on('close', (code, signal) => {
      ended = true
      events.emit('exit', code ?? (signal === 'SIGKILL' ? 9 : 1))
    })
    return standIn<UtilityProcess>('UtilityProcess', {
      ...listening(events),
      get pid() {
        return ended ? undefined : child.pid
      },
      stderr: child.stderr,
      stdout: child.stdout,
      // A message to a process that has ended is lost, without a word.
      postMessage: (message) => void (ended || child.send(message as object, () => undefined)),
      kill: () => child.kill(),
    })
  },
})
