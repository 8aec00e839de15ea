import { utilityProcess } from 'electron'
import { engineEnvironment, type ForkEngine } from '../lab/engine/child'

/** Milliseconds to wait for the last words on stderr after the process has ended. */
const LAST_WORDS_MS = 1000

/**
 * Forks the engine as a utility process of Electron: Chromium ends it together with the main process, however that dies.
 * Why the engine is not in the main process itself: docs/architecture.md, "The Electron shell".
 */
export const forkWithElectron: ForkEngine = (entry) => {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'HRM Lab engine',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...engineEnvironment, ...process.env },
    execArgv: [],
  })
  const { stderr } = child
  const said = new Promise<void>((resolve) => (stderr ? stderr.once('end', resolve) : resolve()))
  return {
    get pid() {
      return child.pid
    },
    post: (message) => child.postMessage(message),
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) =>
      child.once('exit', async (code) => {
        await Promise.race([said, new Promise((resolve) => setTimeout(resolve, LAST_WORDS_MS))])
        listener({ code, signal: null, error: null })
      }),
    onStderr: (listener) => {
      stderr?.setEncoding('utf8').on('data', listener)
      // V8 could not go on (out of memory, mostly): it says so here instead of on stderr.
      child.on('error', (type, location) => listener(`${type} in ${location}\n`))
    },
    kill: () => killAtOnce(child.pid, () => child.kill()),
  }
}

/** SIGKILL: UtilityProcess.kill asks with SIGTERM, which a process that hangs in native code may not hear. */
function killAtOnce(pid: number | undefined, otherwise: () => void): void {
  if (pid === undefined) return otherwise()
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // ESRCH: it has died already.
  }
}
