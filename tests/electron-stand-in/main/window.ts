import { EventEmitter } from 'node:events'
import type { BrowserWindow as ElectronWindow, BrowserWindowConstructorOptions, WebContents } from 'electron'
import { appEvents, lastWindowClosed } from './app'
import { type Contents, makeContents } from './contents'
import { listening, preventable } from './emitter'
import { answers, host, standIn, tell } from './host'

interface Made {
  readonly window: ElectronWindow
  readonly page: Contents
  readonly events: EventEmitter
  /** Closes it unless a listener prevents that. @returns whether it closed */
  close(): boolean
  setFocus(focused: boolean): void
}

const made = new Map<number, Made>()
let last = 0

/** The window with a number. @throws Error when it is not there */
function get(number: number): Made {
  const window = made.get(number)
  if (!window) throw new Error(`The Electron stand-in has no window ${number}.`)
  return window
}

/** The web contents of the window with a number. */
export const contentsOf = (number: number): WebContents => get(number).page.contents

/** Closes every window, until one does not want to. @returns whether all have closed */
export const closeAllWindows = (): boolean => [...made.values()].every(({ close }) => close())

function makeWindow(options: BrowserWindowConstructorOptions): ElectronWindow {
  const number = ++last
  const events = new EventEmitter()
  const page = makeContents(number)
  const bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 }
  let focused = false
  let maximised = false
  let closed = false
  const setFocus = (now: boolean): void => {
    if (focused === now) return
    focused = now
    events.emit(now ? 'focus' : 'blur')
  }
  const window = standIn<ElectronWindow>('BrowserWindow', {
    ...listening(events),
    id: number,
    webContents: page.contents,
    loadURL: (url) => host.call('load', number, url),
    show: () => {
      tell('record', { kind: 'window-shown', window: number })
      setFocus(true)
    },
    hide: () => {
      tell('record', { kind: 'window-hidden', window: number })
      setFocus(false)
    },
    focus: () => {
      tell('record', { kind: 'window-focused', window: number })
      setFocus(true)
    },
    restore: () => undefined,
    maximize: () => void (maximised = true),
    isMinimized: () => false,
    isMaximized: () => maximised,
    isFullScreen: () => false,
    isFocused: () => focused,
    isDestroyed: () => closed,
    getNormalBounds: () => ({ ...bounds }),
    setTitle: () => undefined,
    setProgressBar: (share) => tell('record', { kind: 'progress-bar', window: number, share }),
    close: () => void close(),
  })
  const close = (): boolean => {
    const asked = preventable()
    events.emit('close', asked)
    if (asked.defaultPrevented) return false
    closed = true
    made.delete(number)
    page.destroyed()
    void host.call('closeWindow', number).catch((error: unknown) => tell('problem', String(error)))
    events.emit('closed')
    if (made.size === 0) lastWindowClosed()
    return true
  }
  made.set(number, { window, page, events, close, setFocus })
  const { preload = null, ...preferences } = options.webPreferences ?? {}
  tell('createWindow', number, {
    title: options.title ?? '',
    width: bounds.width,
    height: bounds.height,
    preload,
    preferences: { ...preferences },
  })
  appEvents.emit('web-contents-created', preventable(), page.contents)
  return window
}

class StandInWindow {
  static fromWebContents(contents: WebContents): ElectronWindow | null {
    return [...made.values()].find(({ page }) => page.contents === contents)?.window ?? null
  }
  constructor(options: BrowserWindowConstructorOptions = {}) {
    return makeWindow(options)
  }
}
/** Its statics are those of Electron that are used. */
export const BrowserWindow = standIn<typeof ElectronWindow>(
  'BrowserWindow (the class)',
  StandInWindow as unknown as Partial<typeof ElectronWindow>,
)

Object.assign(answers, {
  mayNavigate: (window, url, nested) => get(window).page.mayNavigate(url, nested),
  mayOpen: (window, url) => get(window).page.mayOpen(url),
  mayUse: (window, permission) => get(window).page.mayUse(permission),
  loaded: (window) => {
    const { page, events } = get(window)
    page.loaded()
    events.emit('ready-to-show')
  },
  close: (window) => void get(window).close(),
  setFocus: (window, focused) => get(window).setFocus(focused),
} satisfies Partial<typeof answers>)
