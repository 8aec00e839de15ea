/** The Electron entry: one instance for each lab. It opens the lab, shows it, and ends both in good order. */
import { join } from 'node:path'
import { app, dialog } from 'electron'
import { readSetting } from '../shared/settings/settings'
import { packageInfo } from './lab/package-root'
import { Attention } from './shell/attention'
import { DraggedFiles } from './shell/dragged-files'
import { startFailure } from './shell/failure'
import { nameApp, showMenu } from './shell/menu'
import { bundlesAmong, handedBundles, OpenedBundles } from './shell/opened-bundles'
import { profileFolder, profileName, readOptions, type WindowOptions } from './shell/options'
import { registerAppScheme, serveApp } from './shell/protocol'
import { Quit } from './shell/quit'
import { bindRequests } from './shell/requests'
import { secure } from './shell/security'
import { Windows } from './shell/windows'

/** Tells why the lab cannot be opened, in a dialog and on standard error, and ends. */
function fail(error: unknown): void {
  const { title, text } = startFailure(error)
  console.error(`hrm-lab: ${title}. ${text}`)
  dialog.showErrorBox(title, text)
  app.exit(1)
}

async function open(options: WindowOptions, profile: string, bundles: OpenedBundles): Promise<void> {
  const { openLab } = await import('./shell/lab')
  const running = openLab(options)
  const windows = new Windows(join(profile, 'window.json'), (event) => quit.onClose(event))
  const dragged = new DraggedFiles(running.exports)
  const quit = new Quit(running, windows, async () => {
    // Nothing of it may keep the lab from being closed: it lies in the system's temporary folder.
    await dragged.clear().catch((error: unknown) => console.error('HRM Lab could not remove dragged files:', error))
    await running.close()
  })
  const show = (): void => void windows.show()
  const notify = (): boolean =>
    readSetting('lab.notifications', running.lab.store.settings.get('lab.notifications')).onEnd
  const attention = new Attention(windows, ({ training }) => showMenu(windows, training !== null), notify)
  serveApp({
    rendererFolder: join(packageInfo().root, 'out', 'renderer'),
    images: running.images,
    exports: running.exports,
  })
  bindRequests(windows, running.dispatch, dragged)
  windows.passOn(running.events)
  attention.follow(running.events)
  quit.bind()
  app.on('second-instance', (_event, _argv, _folder, handed) => {
    show()
    bundles.take(handedBundles(handed))
  })
  app.on('activate', show)
  nameApp()
  showMenu(windows, false)
  windows.open()
  bundles.begin((path) => windows.command({ id: 'bundle.open', path }))
  running.start((notice) => console.error(notice))
}

/** Before the app is ready: what Electron takes only then. */
function begin(): void {
  const options = readOptions(process.argv)
  const profile = profileFolder(app.getPath('appData'), profileName(options.home))
  app.setPath('userData', profile)
  if (process.platform === 'win32') app.setAppUserModelId('hrm-lab')
  const given = bundlesAmong(options.words, process.cwd())
  const bundles = new OpenedBundles()
  bundles.take(given)
  // macOS does not give a file among the arguments, but so, maybe before it is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault()
    bundles.take(bundlesAmong([path], '/'))
  })
  if (!app.requestSingleInstanceLock({ bundles: given })) {
    console.error('HRM Lab has this lab open already; its window comes to the front.')
    return app.quit()
  }
  app.enableSandbox()
  registerAppScheme()
  secure(app)
  // Not awaited: Electron is not ready before this file has been evaluated.
  void app.whenReady().then(() => open(options, profile, bundles).catch(fail))
}

try {
  begin()
} catch (error) {
  fail(error)
}
