import type { CustomScheme, Protocol } from 'electron'
import { answers, standIn } from './host'

const privileged = new Map<string, CustomScheme['privileges']>()
const handlers = new Map<string, Parameters<Protocol['handle']>[1]>()

export const protocol = standIn<Protocol>('protocol', {
  registerSchemesAsPrivileged: (schemes) => {
    for (const { scheme, privileges } of schemes) privileged.set(scheme, privileges)
  },
  handle: (scheme, handler) => {
    // The page opens an https twin of it: only such a scheme is like https.
    const { standard, secure, supportFetchAPI } = privileged.get(scheme) ?? {}
    if (!standard || !secure || !supportFetchAPI)
      throw new Error(`The Electron stand-in can show ${scheme}: only as standard, secure, with fetch.`)
    handlers.set(scheme, handler)
  },
})

answers.scheme = async ({ url, method, headers, body }) => {
  const handler = handlers.get(new URL(url).protocol.slice(0, -1))
  if (!handler) throw new Error(`Nobody handles ${url}.`)
  const response = await handler(
    new Request(url, { method, headers: { ...headers }, ...(body ? { body: Buffer.from(body) } : {}) }),
  )
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  }
}
