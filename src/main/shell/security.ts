import type { App } from 'electron'

/** Refuses for every page the app ever holds what the lab has no use for: permissions, new windows, leaving, webviews. */
export function secure(app: App): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
    contents.session.setPermissionCheckHandler(() => false)
  })
}
