/** The Electron entry: one instance, one window. It boots nothing else yet; the lab is used from the command line. */
import { app } from 'electron'
import { registerAppScheme, serveApp } from './shell/protocol'
import { secure } from './shell/security'
import { openWindow, showWindow } from './shell/window'

if (app.requestSingleInstanceLock()) {
  registerAppScheme()
  secure(app)
  app.on('second-instance', showWindow)
  app.on('activate', showWindow)
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  await app.whenReady()
  serveApp()
  openWindow()
} else {
  app.quit()
}
