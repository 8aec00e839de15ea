/** The preload script's side of the stand-in, in the page. */
import { readFileSync } from 'node:fs'

/** Bindings that the host puts on the page. */
export const bindings = {
  invoke: '__electronStandInInvoke',
  ready: '__electronStandInReady',
  open: '__electronStandInOpen',
} as const
/** What the host reaches in the page. */
export const PAGE_OBJECT = '__electronStandIn'

/** @see PAGE_OBJECT */
export interface PageObject {
  /** Hands a message of the main process to the preload script. */
  deliver(channel: string, args: readonly unknown[]): void
  /** Where what is dragged next lies: by name, since a page's File has no path. */
  dragged(paths: Readonly<Record<string, string>>): void
}

/**
 * The script to run before a page's own: the built preload bundle with the stand-in as its `electron`. Put together as text,
 * since the page's security policy forbids it to evaluate any.
 */
export function preloadScript(file: string, versions: Readonly<Record<string, string>>): string {
  return `(() => {
    if (window.top !== window.self) return // Electron: not in frames within the page
    const electron = (${electronInPage.toString()})(${JSON.stringify(bindings)}, ${JSON.stringify(PAGE_OBJECT)})
    const process = Object.freeze({ versions: Object.freeze(${JSON.stringify(versions)}) })
    const module = { exports: {} }
    const require = (name) => {
      if (name === 'electron') return electron
      throw new Error('A sandboxed preload script cannot load ' + name + '.')
    }
    ;((module, exports, require, process) => {
${readFileSync(file, 'utf8')}
    })(module, module.exports, require, process)
  })()`
}

/** Runs in the page; nothing outside of it may be named. */
function electronInPage(names: typeof bindings, pageObject: string): object {
  type Listener = (event: object, ...args: unknown[]) => void
  const page = window as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>
  const strict = <Part extends object>(name: string, part: Part): Part =>
    new Proxy(part, {
      get(target, key) {
        if (key in target || typeof key === 'symbol') return Reflect.get(target, key)
        throw new Error(`The Electron stand-in has no ${name}.${key}.`)
      },
    })
  const listeners = new Map<string, Set<Listener>>()
  let paths: Readonly<Record<string, string>> = {}

  /** What crosses from one side of the bridge to the other: functions are wrapped, the rest is copied and frozen. */
  const cross = (value: unknown): unknown => {
    if (typeof value === 'function')
      return Object.freeze((...args: unknown[]) =>
        cross((value as (...args: unknown[]) => unknown)(...args.map(cross))),
      )
    if (value instanceof Promise) return value.then(cross)
    if (value instanceof File) return value
    if (Array.isArray(value)) return Object.freeze(value.map(cross))
    const plain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
    if (!plain) return structuredClone(value)
    return Object.freeze(Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, cross(entry)])))
  }

  Object.defineProperty(window, pageObject, {
    value: Object.freeze({
      deliver: (channel: string, args: readonly unknown[]) => {
        for (const listener of listeners.get(channel) ?? []) listener({}, ...args)
      },
      dragged: (dragged: Readonly<Record<string, string>>) => void (paths = dragged),
    }),
  })
  // What a denied window.open gives; one that the main process allows fails the test.
  window.open = (address) => {
    void page[names.open]!(String(new URL(String(address), location.href)))
    return null
  }
  void page[names.ready]!()

  return strict('electron (preload)', {
    contextBridge: strict('contextBridge', {
      exposeInMainWorld: (key: string, api: unknown) =>
        Object.defineProperty(window, key, { value: cross(api), enumerable: true }),
    }),
    ipcRenderer: strict('ipcRenderer', {
      invoke: async (channel: string, ...args: unknown[]) => {
        const sent = structuredClone(args)
        try {
          return await page[names.invoke]!(channel, sent)
        } catch (error) {
          throw new Error(`Error invoking remote method '${channel}': ${String(error)}`, { cause: error })
        }
      },
      on: (channel: string, listener: Listener) =>
        void listeners.set(channel, (listeners.get(channel) ?? new Set()).add(listener)),
      off: (channel: string, listener: Listener) => void listeners.get(channel)?.delete(listener),
    }),
    webUtils: strict('webUtils', {
      getPathForFile: (file: File) => {
        if (!(file instanceof File)) throw new TypeError('It is no File.')
        return paths[file.name] ?? ''
      },
    }),
  })
}
