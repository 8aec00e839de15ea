import { BridgeClient, isBridge } from './bridge'
import { RequestFailed } from './client'
import type { LabClient } from './client'
import { SocketClient } from './socket'

/**
 * The lab behind this page: through the preload script where it carries requests, else through the page's own server.
 * @throws RequestFailed 'connection' when the page has neither
 */
export function connect(lab: unknown, location: { protocol: string; host: string }): LabClient {
  if (isBridge(lab)) return new BridgeClient(lab)
  if (location.protocol === 'http:' || location.protocol === 'https:') {
    const scheme = location.protocol === 'https:' ? 'wss:' : 'ws:'
    return new SocketClient(() => new WebSocket(`${scheme}//${location.host}/socket`), isRefused)
  }
  throw new RequestFailed({
    kind: 'connection',
    message: 'This window was opened without a lab behind it.',
    hint: 'Close it and start HRM Lab with: npm start',
    details: `Page: ${location.protocol}//${location.host}`,
  })
}

/** Whether the page's server answers and refuses this window, as one that was started again with another link does. */
async function isRefused(): Promise<boolean> {
  try {
    const { status } = await fetch('/', { method: 'HEAD', cache: 'no-store' })
    return status === 401
  } catch {
    return false // Nobody answers.
  }
}
