/** The built app in a real Electron, where its binary is there. */
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { _electron as electron, type ElectronApplication, type Page } from 'playwright-core'
import { type Look, PATIENCE, type Session, watch } from './shells'

/** Root may not use Chromium's sandbox on Linux; elsewhere it stays. */
const sandbox = process.platform === 'linux' && process.getuid?.() === 0 ? ['--no-sandbox'] : []

/**
 * Starts the built app on a lab's folder.
 * @param executablePath Electron's program
 * @param own environment in which the lab's folder is the person's own; it is named otherwise
 */
export async function openRealElectron(
  executablePath: string,
  home: string,
  look: Look,
  own?: NodeJS.ProcessEnv,
): Promise<Session> {
  // Where Linux keeps applications' data; elsewhere Electron's own choice, which differs by the lab's folder.
  const data = `${home}-electron`
  await mkdir(data, { recursive: true })
  const app = await electron.launch({
    executablePath,
    args: [...sandbox, resolve('out/main/index.js'), ...(own ? [] : ['--home', home])],
    env: { ...(process.env as Record<string, string>), XDG_CONFIG_HOME: data, ...(own as Record<string, string>) },
    colorScheme: look.colorScheme ?? null,
  })
  app.context().setDefaultTimeout(PATIENCE)
  const problems: string[] = []
  const shown = async (page: Page): Promise<Page> => {
    watch(page, problems)
    if (look.viewport) await page.setViewportSize(look.viewport)
    return page
  }
  const ended = new Promise<void>((done) => app.once('close', () => done()))
  return {
    page: await shown(await app.firstWindow()),
    pid: app.process().pid!,
    problems,
    enginePid: () => engineIn(app),
    newWindow: async () => {
      const opened = app.waitForEvent('window')
      await app.evaluate(({ Menu }) => {
        const file = Menu.getApplicationMenu()!.items.find(({ label }) => label.replace('&', '') === 'File')
        file!.submenu!.items.find(({ label }) => label === 'New Window')!.click()
      })
      return shown(await opened)
    },
    // A real file knows where it lies.
    announceDrag: async () => undefined,
    quit: async () => {
      // The first button pauses what trains and quits.
      await app.evaluate(({ app: own, dialog }) => {
        dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false })
        own.quit()
      })
      await ended
    },
    close: () => app.close(),
  }
}

/** A utility process need not be a child of the main process: Electron says which it is. */
async function engineIn(app: ElectronApplication): Promise<number> {
  const pid = await app.evaluate(
    ({ app: own }) =>
      own.getAppMetrics().find(({ name, type }) => type === 'Utility' && name === 'HRM Lab engine')?.pid,
  )
  if (pid === undefined) throw new Error('The lab has no engine process.')
  return pid
}
