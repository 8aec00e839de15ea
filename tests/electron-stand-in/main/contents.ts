import { EventEmitter } from 'node:events'
import type { Session, WebContents } from 'electron'
import { listening, preventable } from './emitter'
import { standIn, tell } from './host'

type OpenHandler = Parameters<WebContents['setWindowOpenHandler']>[0]
type RequestHandler = Exclude<Parameters<Session['setPermissionRequestHandler']>[0], null>
type CheckHandler = Exclude<Parameters<Session['setPermissionCheckHandler']>[0], null>

/** A window's page as the main process sees it, and what the stand-in does with it. */
export interface Contents {
  readonly contents: WebContents
  /** The page was loaded. */
  loaded(): void
  destroyed(): void
  mayNavigate(url: string, nested: boolean): boolean
  mayOpen(url: string): boolean
  mayUse(permission: string): boolean
}

/** Makes the web contents of a window. */
export function makeContents(window: number): Contents {
  const emitter = new EventEmitter()
  let loading = true
  let gone = false
  let openHandler: OpenHandler | null = null
  let requestHandler: RequestHandler | null = null
  let checkHandler: CheckHandler | null = null
  const session = standIn<Session>('session', {
    setPermissionRequestHandler: (handler) => void (requestHandler = handler),
    setPermissionCheckHandler: (handler) => void (checkHandler = handler),
  })
  const contents = standIn<WebContents>('webContents', {
    ...listening(emitter),
    id: window,
    session,
    isLoading: () => loading,
    isDestroyed: () => gone,
    setWindowOpenHandler: (handler) => void (openHandler = handler),
    startDrag: ({ file, icon }) => {
      if (typeof icon === 'string') throw new Error('The Electron stand-in takes images below the pointer only.')
      tell('record', { kind: 'drag-out', window, file, icon: icon.getSize() })
    },
    // Cloned as Electron does: what cannot be throws here.
    send: (channel, ...args) => tell('send', window, channel, structuredClone(args)),
  })
  /** Whether nobody prevented it. */
  const allowed = (event: string, details: object): boolean => {
    const asked = Object.assign(preventable(), details)
    emitter.emit(event, asked)
    return !asked.defaultPrevented
  }
  return {
    contents,
    loaded: () => {
      loading = false
      emitter.emit('did-finish-load')
    },
    destroyed: () => {
      gone = true
      emitter.emit('destroyed')
    },
    mayNavigate: (url, nested) => {
      const byFrame = allowed('will-frame-navigate', { url, isMainFrame: !nested })
      return nested ? byFrame : allowed('will-navigate', { url, isMainFrame: true }) && byFrame
    },
    // Electron allows what nobody handles: so must the stand-in, or a missing handler would not be noticed.
    mayOpen: (url) => openHandler?.({ url } as Parameters<OpenHandler>[0]).action !== 'deny',
    mayUse: (permission) => {
      let granted = requestHandler === null
      const facts = {} as Parameters<RequestHandler>[3]
      requestHandler?.(contents, permission as never, (answer) => (granted = answer), facts)
      return granted && (checkHandler?.(contents, permission as never, 'app://lab', {} as never) ?? true)
    },
  }
}
