/** The person pressed Ctrl-C and the work was left in good order; the message says how to go on. */
export class Interrupted extends Error {}

/**
 * Runs `work` with a signal that Ctrl-C (or SIGTERM) aborts. The second Ctrl-C ends the process at once.
 * @param onInterrupt called at the first one, to say that it was heard
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>, onInterrupt: () => void): Promise<T> {
  const controller = new AbortController()
  const heard = (): void => {
    if (controller.signal.aborted) process.exit(130)
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
