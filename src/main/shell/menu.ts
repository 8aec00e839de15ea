import { join } from 'node:path'
import { app, dialog, Menu, shell } from 'electron'
import type { MenuCommand } from '../../shared/contract/window'
import { packageInfo } from '../lab/package-root'
import { menuTemplate } from './menu-template'
import type { Windows } from './windows'

/** Sets the native menu; to be called again when a run begins or ends to train. */
export function showMenu(windows: Windows, training: boolean): void {
  const state = { platform: process.platform, training, developing: process.env['HRM_LAB_DEV'] === '1' }
  const template = menuTemplate(state, {
    command: (id) => void command(windows, id),
    newWindow: () => void windows.open(),
    about: () => app.showAboutPanel(),
    documentation: () => shell.showItemInFolder(join(packageInfo().root, 'docs', 'architecture.md')),
    open: (link) => void shell.openExternal(link),
  })
  Menu.setApplicationMenu(Menu.buildFromTemplate(template))
}

/** Passes a command on to the window; what ends a run for good is asked about first. */
async function command(windows: Windows, id: MenuCommand): Promise<void> {
  if (id !== 'training.stop') return windows.command({ id })
  const { response } = await dialog.showMessageBox(windows.show(), {
    type: 'question',
    title: 'HRM Lab',
    message: 'Stop the run that trains?',
    detail:
      'It ends for good at the end of the step. What it has learned so far is kept. To go on later, pause it instead.',
    buttons: ['Stop', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  })
  if (response === 0) windows.command({ id })
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
