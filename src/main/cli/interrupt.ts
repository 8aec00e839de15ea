/** The person pressed Ctrl-C and the work was left in good order; the message says how to go on. */
export class Interrupted extends Error {}

/** Milliseconds in which a second signal is the echo of the first: npm passes on what the terminal has sent already. */
const ECHO_MS = 1000

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM) aborts. The second Ctrl-C ends the process at once.
 * @param onInterrupt called at the first one, to say that it was heard
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, onInterrupt: () => void): Promise<T> {
  const controller = new AbortController()
  let first = 0
  const heard = (): void => {
    if (controller.signal.aborted && Date.now() - first > ECHO_MS) process.exit(130)
    if (controller.signal.aborted) return
    first = Date.now()
    controller.abort()
    onInterrupt()
  }
  process.on('SIGINT', heard)
  process.on('SIGTERM', heard)
  try {
    return await work(controller.signal)
  } finally {
    process.off('SIGINT', heard)
    process.off('SIGTERM', heard)
  }
}
