import { join } from 'node:path'
import { BrowserWindow } from 'electron'

let window: BrowserWindow | null = null

/** Opens the lab's window: isolated, sandboxed, without Node. It shows itself once it has something to show. */
export function openWindow(): void {
  window = new BrowserWindow({
    title: 'HRM Lab',
    width: 1100,
    height: 760,
    minWidth: 720,
    minHeight: 480,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  })
  window.once('ready-to-show', () => window?.show())
  window.on('closed', () => (window = null))
  void window.loadURL('app://lab/')
}

/** Brings the window to the front; opens one where there is none. */
export function showWindow(): void {
  if (!window) return openWindow()
  if (window.isMinimized()) window.restore()
  window.focus()
}
