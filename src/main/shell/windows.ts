import { join } from 'node:path'
import { BrowserWindow, screen, type WebContents } from 'electron'
import { channels, type WindowCommand } from '../../shared/contract/window'
import type { EventBus } from '../lab/contract/event-bus'
import { packageInfo } from '../lab/package-root'
import { keepWindowState, MIN_SIZE, readWindowState, visibleBounds } from './window-state'

/** Milliseconds after the last move before a window's place is kept. */
const KEEP_AFTER = 500
/** How far a second window stands from the first one, so that both are seen. */
const OFFSET = 32

/** The lab's windows: all alike, each a picture of the one lab. */
export class Windows {
  readonly #stateFile: string
  readonly #onClose: (event: { preventDefault(): void }) => void
  /** The one used last is the last. */
  readonly #windows = new Set<BrowserWindow>()
  #hidden = false

  /**
   * @param stateFile where bounds are kept over a restart
   * @param onClose told before a window closes; it may prevent that
   */
  constructor(stateFile: string, onClose: (event: { preventDefault(): void }) => void) {
    this.#stateFile = stateFile
    this.#onClose = onClose
  }

  /** The window used last, or null where there is none. */
  get current(): BrowserWindow | null {
    return [...this.#windows].at(-1) ?? null
  }

  get all(): readonly BrowserWindow[] {
    return [...this.#windows]
  }

  /** Whether they were hidden, and nobody has asked for one since. */
  get hidden(): boolean {
    return this.#hidden
  }

  /** Whether a person looks at one of the windows now. */
  get focused(): boolean {
    return this.all.some((window) => window.isFocused())
  }

  /** The window that web contents belong to, or null when they are none of ours. */
  of(contents: WebContents): BrowserWindow | null {
    return this.all.find((window) => window.webContents === contents) ?? null
  }

  /** Opens a window: isolated, sandboxed, without Node. It shows itself once it has something to show. */
  open(): BrowserWindow {
    this.#hidden = false
    const kept = readWindowState(this.#stateFile)
    const displays = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()]
    const first = this.current?.getNormalBounds()
    const wanted = first ? { ...first, x: first.x + OFFSET, y: first.y + OFFSET } : (kept?.bounds ?? null)
    const window = new BrowserWindow({
      ...visibleBounds(
        wanted,
        displays.map(({ workArea }) => workArea),
      ),
      title: 'HRM Lab',
      minWidth: MIN_SIZE.width,
      minHeight: MIN_SIZE.height,
      show: false,
      webPreferences: {
        preload: join(packageInfo().root, 'out', 'preload', 'index.cjs'),
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        webSecurity: true,
        webviewTag: false,
        spellcheck: false,
      },
    })
    this.#windows.add(window)
    if (kept?.maximised && !first) window.maximize()
    this.#follow(window)
    void window.loadURL('app://lab/')
    return window
  }

  #follow(window: BrowserWindow): void {
    let timer: NodeJS.Timeout | undefined
    const keep = (): void => {
      clearTimeout(timer)
      if (window.isDestroyed() || window.isFullScreen()) return
      try {
        keepWindowState(this.#stateFile, { bounds: window.getNormalBounds(), maximised: window.isMaximized() })
      } catch (error) {
        console.error('HRM Lab could not keep where its window stands:', error)
      }
    }
    const keepSoon = (): void => {
      clearTimeout(timer)
      timer = setTimeout(keep, KEEP_AFTER)
    }
    window.on('resize', keepSoon)
    window.on('move', keepSoon)
    window.on('maximize', keepSoon)
    window.on('unmaximize', keepSoon)
    window.on('focus', () => {
      this.#windows.delete(window)
      this.#windows.add(window)
    })
    window.once('ready-to-show', () => window.show())
    window.on('close', (event) => {
      keep()
      this.#onClose(event)
    })
    window.on('closed', () => this.#windows.delete(window))
  }

  /** Brings the window used last to the front; opens one where there is none. */
  show(): BrowserWindow {
    const window = this.current
    if (!window) return this.open()
    this.#hidden = false
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
    return window
  }

  /** Hides every window. */
  hide(): void {
    this.#hidden = true
    for (const window of this.#windows) window.hide()
  }

  /** Sends every batch of events to every window. @returns how to end that */
  passOn(events: EventBus): () => void {
    return events.subscribe((batch) => {
      for (const { webContents } of this.#windows)
        if (!webContents.isDestroyed()) webContents.send(channels.events, batch)
    })
  }

  /** Asks something of the window used last; a new one is asked once its page is there, and shows itself then. */
  command(command: WindowCommand): void {
    const there = this.current
    const loading = there === null || there.webContents.isLoading()
    const { webContents } = there && loading ? there : this.show()
    const send = (): void => webContents.send(channels.command, command)
    if (loading) webContents.once('did-finish-load', send)
    else send()
  }
}
