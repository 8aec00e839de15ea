import type { EventEmitter } from 'node:events'

/** What can be prevented. */
export interface Preventable {
  readonly defaultPrevented: boolean
  preventDefault(): void
}

/** An event that a listener may prevent. */
export function preventable(): Preventable {
  let prevented = false
  return {
    get defaultPrevented() {
      return prevented
    },
    preventDefault: () => void (prevented = true),
  }
}

// Electron types each event's listener by an overload; one signature can only stand for all of them as `any`.
/* eslint-disable @typescript-eslint/no-explicit-any */
type Listen = (event: string, listener: (...args: any[]) => void) => any

/** `on`, `once` and `off` of an emitter, to be members of a stand-in. */
export function listening(emitter: EventEmitter): { on: Listen; once: Listen; off: Listen } {
  return {
    on: (event, listener) => emitter.on(event, listener),
    once: (event, listener) => emitter.once(event, listener),
    off: (event, listener) => emitter.off(event, listener),
  }
}
