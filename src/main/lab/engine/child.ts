import { fork } from 'node:child_process'
import type { FromEngine, ToEngine } from '../../engine/protocol'

/** A forked engine process as the supervisor needs it, whoever forked it. */
export interface EngineChild {
  /** Process id; undefined when it could not be started. */
  readonly pid: number | undefined
  post(message: ToEngine): void
  onMessage(listener: (message: FromEngine) => void): void
  /** Once, when the process has ended or could not be started. `error` says why it could not. */
  onExit(listener: (exit: { code: number | null; signal: string | null; error: Error | null }) => void): void
  /** Text as the process writes it. */
  onStderr(listener: (text: string) => void): void
  /** Ends it at once (SIGKILL). */
  kill(): void
}

/** Forks the engine's entry file; Electron's shell hands in one that uses utilityProcess. */
export type ForkEngine = (entry: string) => EngineChild

/** Quiets TensorFlow's greeting, and keeps it from taking a whole GPU's memory at once. */
export const engineEnvironment = { TF_CPP_MIN_LOG_LEVEL: '2', TF_FORCE_GPU_ALLOW_GROWTH: 'true' }

/** Forks with Node's child_process: for the command line and the server. */
export const forkWithNode: ForkEngine = (entry) => {
  const child = fork(entry, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...engineEnvironment, ...process.env },
    // Nothing of the lab's own Node options (an inspector, a test runner's loader) is meant for the engine.
    execArgv: [],
  })
  return {
    pid: child.pid,
    // A channel that closed meanwhile is reported by onExit.
    post: (message) => void child.send(message, () => undefined),
    onMessage: (listener) => child.on('message', (message) => listener(message as FromEngine)),
    onExit: (listener) => {
      child.once('error', (error) => listener({ code: null, signal: null, error }))
      // 'close', not 'exit': by then everything it wrote to stderr and the channel has been read.
      child.once('close', (code, signal) => listener({ code, signal, error: null }))
    },
    onStderr: (listener) => child.stderr!.setEncoding('utf8').on('data', listener),
    kill: () => child.kill('SIGKILL'),
  }
}
