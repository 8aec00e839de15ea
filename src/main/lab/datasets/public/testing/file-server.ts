/** A local server of one file that cuts, stalls, refuses and changes as a test says. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'
import type { PublishedFile } from '../catalog'

/** How one request is answered; what is left out is as a good server does it. */
export interface Behaviour {
  /** Ends the connection after so many bytes of the body. */
  readonly cutAfter?: number
  /** Says nothing more after so many bytes of the body, and leaves the connection open. */
  readonly stallAfter?: number
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Other content than the file's. */
  readonly content?: Uint8Array
  /** Knows no ranges. */
  readonly whole?: boolean
}

/** A server, what it was asked, and the file it publishes. */
export interface FileServer {
  readonly origin: string
  readonly asked: { readonly url: string; readonly headers: IncomingHttpHeaders }[]
  /** Answers to the next requests, in order; then as a good server does. */
  readonly next: Behaviour[]
  etag: string | null
}

/** Serves `files` by their address' last part. Ends with the test. */
export async function fileServer(files: Readonly<Record<string, Uint8Array>>): Promise<FileServer> {
  const asked: FileServer['asked'] = []
  const next: Behaviour[] = []
  const server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers })
    const name = (request.url ?? '').replace(/^.*\//, '')
    answer(request, response, next.shift() ?? {}, files[name], state.etag)
  })
  const state: FileServer = { origin: '', asked, next, etag: '"v1"' }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(state, { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` })
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { cutAfter, stallAfter, status, headers = {}, content, whole = false }: Behaviour,
  file: Uint8Array | undefined,
  etag: string | null,
): void {
  const all = content ?? file
  if (!all || (status !== undefined && status !== 200)) {
    response.writeHead(status ?? 404, headers).end('no')
    return
  }
  const { range, 'if-range': ifRange } = request.headers
  const first = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0)
  const partly = first > 0 && !whole && (ifRange === undefined || ifRange === etag)
  const body = partly ? all.subarray(first) : all
  const span = partly ? { 'content-range': `bytes ${first}-${all.length - 1}/${all.length}` } : {}
  response.writeHead(partly ? 206 : 200, {
    ...{ 'content-length': body.length, ...span, ...(etag ? { etag } : {}) },
    ...headers,
  })
  const most = cutAfter ?? stallAfter
  if (most === undefined) response.end(body)
  else response.write(body.subarray(0, most), () => cutAfter !== undefined && response.destroy())
}

/** A file of `bytes` bytes as a publisher lists it. */
export function publishedFile(server: FileServer, name: string, content: Uint8Array): PublishedFile {
  const sha256 = createHash('sha256').update(content).digest('hex')
  return { name, url: `${server.origin}/${name}`, bytes: content.length, sha256 }
}
