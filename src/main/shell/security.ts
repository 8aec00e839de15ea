import { shell, type App } from 'electron'
import { isAllowedLink } from './links'

/** The one permission a page has: to put text and pictures on the clipboard, when a person copies a failure's details or a chart. */
const GRANTED = 'clipboard-sanitized-write'

/**
 * Refuses for every page the app ever holds what the lab has no use for: permissions, new windows, leaving, webviews. A link
 * that is on the list (links.ts) opens in the person's browser.
 */
export function secure(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(({ url }) => {
      if (isAllowedLink(url)) void shell.openExternal(url)
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
