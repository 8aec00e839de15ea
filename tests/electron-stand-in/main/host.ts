/** The line to the test, from within the process that runs the main bundle. */
import { Channel } from '../channel'
import type { HostApi, MainApi } from '../messages'

/** Filled by the parts of the stand-in; the test asks only when the app is ready. */
export const answers: Partial<MainApi> = {}

if (!process.send) throw new Error('The Electron stand-in is started by a test.')
export const host = new Channel<HostApi>(process, answers)
// The test is gone: nothing is to be left running.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))

/** What the test was told and has not confirmed. */
export const pending = new Set<Promise<unknown>>()

/** Tells the test of something that needs no answer. */
export function tell<Name extends 'createWindow' | 'send' | 'record' | 'problem'>(
  name: Name,
  ...args: Parameters<HostApi[Name]>
): void {
  const told = host.call(name, ...(args as never)).catch((error: unknown) => {
    if (name !== 'problem') tell('problem', String(error))
  })
  pending.add(told)
  void told.then(() => pending.delete(told))
}

/**
 * A part of Electron of which only some members stand in; the others throw when touched, and fail the test.
 * @template Whole the part's type in Electron
 */
export function standIn<Whole extends object>(name: string, members: Partial<Whole>): Whole {
  return new Proxy(members as Whole, {
    get(target, key) {
      // Promises and consoles look for these on anything.
      if (key in target || typeof key === 'symbol' || key === 'then' || key === 'toJSON')
        return Reflect.get(target, key)
      const missing = `The Electron stand-in has no ${name}.${key}.`
      tell('problem', missing)
      throw new Error(missing)
    },
  })
}
