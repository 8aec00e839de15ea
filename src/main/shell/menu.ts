import { join } from 'node:path'
import { app, Menu, shell } from 'electron'
import { packageInfo } from '../lab/package-root'
import { menuTemplate } from './menu-template'
import type { Windows } from './windows'

/** Sets the native menu; to be called again when a run begins or ends to train. */
export function showMenu(windows: Windows, training: boolean): void {
  const state = { platform: process.platform, training, developing: process.env['HRM_LAB_DEV'] === '1' }
  const template = menuTemplate(state, {
    command: (id) => windows.command({ id }),
    newWindow: () => void windows.open(),
    about: () => app.showAboutPanel(),
    documentation: () => shell.showItemInFolder(join(packageInfo().root, 'docs', 'architecture.md')),
    open: (link) => void shell.openExternal(link),
  })
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

/** What the system's About panel says. */
export function nameApp(): void {
  const { electron, chrome, node } = process.versions
  app.setAboutPanelOptions({
    applicationName: 'HRM Lab',
    applicationVersion: packageInfo().version,
    copyright: `Electron ${electron} · Chromium ${chrome} · Node ${node}`,
  })
}
