import { BrowserWindow, dialog, shell, type App, type WebContents } from 'electron'
import { isAllowedLink, linkToAsk } from './links'

/** The one permission a page has: to put text and pictures on the clipboard, when a person copies a failure's details or a chart. */
const GRANTED = 'clipboard-sanitized-write'

/**
 * Refuses for every page the app ever holds what the lab has no use for: permissions, new windows, leaving, webviews. A link
 * that is on the list (links.ts) opens in the person's browser, another of the web or of mail once the person has said so.
 */
export function secure(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(({ url }) => {
      if (isAllowedLink(url)) void shell.openExternal(url)
      else void askToOpen(contents, url)
      return { action: 'deny' }
    })
    // The first is told of the page alone, the second also of frames within it.
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.session.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === GRANTED))
    contents.session.setPermissionCheckHandler((_contents, permission) => permission === GRANTED)
  })
}

/** A dialog is up: what asks meanwhile is not heard. */
let asking = false

/** Asks whether a link may be opened in the person's browser or mail program, and opens it. */
async function askToOpen(contents: WebContents, address: string): Promise<void> {
  const link = linkToAsk(address)
  const window = BrowserWindow.fromWebContents(contents)
  if (link === null || window === null || asking) return
  asking = true
  try {
    const { response } = await dialog.showMessageBox(window, {
      type: 'question',
      title: 'HRM Lab',
      message: 'Open this link outside HRM Lab?',
      detail: link,
      buttons: ['Open', 'Cancel'],
      defaultId: 0,
      cancelId: 1,
      noLink: true,
    })
    if (response === 0) await shell.openExternal(link)
  } finally {
    asking = false
  }
}
