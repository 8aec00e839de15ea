import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { protocol } from 'electron'
import { CONTENT_SECURITY_POLICY } from '../../shared/contract/security'
import { LabError } from '../../shared/errors'
import { contentDisposition } from '../../shared/exports/content-disposition'
import type { ImageReader } from '../lab/datasets/image-png'
import type { ExportReader } from '../lab/exports/exported-file'
import { assetPath, cacheControl, exportTail, IMMUTABLE, imageTail } from './assets'

const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

const statusCodes: Readonly<Record<string, number>> = { 'not-found': 404, 'bad-input': 400 }

/** On every answer, also a refusal. */
const securityHeaders = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
}

/** What app:// shows. */
export interface ShownLab {
  /** Folder of the built window. */
  readonly rendererFolder: string
  readonly images: ImageReader
  readonly exports: ExportReader
}

/** Makes app:// an origin of its own like https. Must be called before the app is ready. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built window at app://lab/, images and exports below it, as the server's addresses. */
export function serveApp(lab: ShownLab): void {
  protocol.handle('app', (request) => answerAddress(lab, request.method, request.url))
}

/** Answers one request of a page. Never throws: what fails is an answer too. */
export async function answerAddress(lab: ShownLab, method: string, address: string): Promise<Response> {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'Only GET is answered here.')
  const image = imageTail(address)
  if (image !== null) return answer(async () => bytes(await lab.images(image), 'image/png', IMMUTABLE))
  const exported = exportTail(address)
  if (exported !== null) return answer(() => answerExport(lab, exported))
  const file = assetPath(lab.rendererFolder, address)
  const body = file && (await readFile(file).catch(() => null)) // no such file: answered as such
  if (!file || !body) return plain(404, 'There is nothing here.')
  return bytes(body, contentTypes[extname(file)] ?? 'application/octet-stream', cacheControl(address))
}

async function answerExport(lab: ShownLab, tail: string): Promise<Response> {
  const { body, type, name } = await lab.exports(tail)
  const response = bytes(body, type, 'no-store')
  response.headers.set('content-disposition', contentDisposition(name))
  return response
}

/** What fails is an answer too. */
async function answer(make: () => Promise<Response>): Promise<Response> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof LabError) return plain(statusCodes[error.kind] ?? 500, error.message)
    console.error(error)
    return plain(500, 'The lab made a mistake of its own.')
  }
}

const bytes = (body: Uint8Array, type: string, cache: string): Response =>
  new Response(new Uint8Array(body), {
    headers: { ...securityHeaders, 'content-type': type, 'cache-control': cache },
  })

const plain = (status: number, line: string): Response =>
  new Response(`${line}\n`, {
    status,
    headers: { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
  })
