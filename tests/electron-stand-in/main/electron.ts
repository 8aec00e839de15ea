/** Takes the place of `electron` in the built main bundle. What is not here throws when touched. */
import type * as electron from 'electron'
import { app } from './app'
import { ipcMain } from './ipc'
import { Menu } from './menu'
import { protocol } from './protocol'
import { dialog, nativeImage, Notification, powerSaveBlocker, screen, shell } from './system'
import { utilityProcess } from './utility'
import { BrowserWindow } from './window'

export {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  Notification,
  powerSaveBlocker,
  protocol,
  screen,
  shell,
  utilityProcess,
}

// The types are Electron's own: a stand-in that drifts from them does not compile.
void ({
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeImage,
  Notification,
  powerSaveBlocker,
  protocol,
  screen,
  shell,
  utilityProcess,
} satisfies Partial<typeof electron>)
