import type { FromEngine, ToEngine } from '../protocol'

/** The engine's end of the line to the lab, whoever forked it. */
export interface EnginePort {
  /** Sends; resolves when the message is on its way, so that a process may end after it. */
  send(message: FromEngine): Promise<void>
  onMessage(listener: (message: ToEngine) => void): void
  /** The lab is gone. */
  onClose(listener: () => void): void
}

/** What Electron's utilityProcess gives its child (electron.d.ts: ParentPort); typed here since the engine knows no Electron. */
interface ParentPort {
  postMessage(message: unknown): void
  on(event: 'message', listener: (event: { data: unknown }) => void): void
}

/**
 * The port of this process: Electron's parentPort, or the channel of child_process.fork.
 * @throws Error when the process was started by hand.
 */
export function openPort(): EnginePort {
  const { parentPort } = process as unknown as { parentPort?: ParentPort }
  if (parentPort) {
    return {
      send: (message) => Promise.resolve(parentPort.postMessage(message)),
      onMessage: (listener) => parentPort.on('message', (event) => listener(event.data as ToEngine)),
      // Chromium ends a utility process together with its parent.
      onClose: () => undefined,
    }
  }
  if (!process.send) throw new Error('The engine is started by the lab, not by hand: there is nobody to talk to.')
  return {
    // A channel that closed meanwhile is reported by 'disconnect'; the message has no reader any more.
    send: (message) => new Promise((resolve) => process.send!(message, undefined, undefined, () => resolve())),
    onMessage: (listener) => process.on('message', (message) => listener(message as ToEngine)),
    onClose: (listener) => process.on('disconnect', listener),
  }
}
