/** The server shell: the lab's window in a browser on the same machine (or through an SSH tunnel to it). */
import { existsSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join, sep } from 'node:path'
import cookies from '@fastify/cookie'
import staticFiles from '@fastify/static'
import websocket from '@fastify/websocket'
import fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import { contentDisposition } from '../../shared/exports/content-disposition'
import { MAX_MESSAGE_BYTES } from '../../shared/contract/socket'
import { LabError } from '../../shared/errors'
import { failureOf, type Dispatch } from '../lab/contract/dispatch'
import type { EventBus } from '../lab/contract/event-bus'
import { IMAGE_CACHE_CONTROL, type ImageReader } from '../lab/datasets/image-png'
import type { ExportReader } from '../lab/exports/exported-file'
import { guard, newToken, plain, securityHeaders } from './gate'
import { closeWindows, serveSocket } from './socket'
import { serveUploads } from './upload-routes'
import { Uploads } from './uploads'

/** What the server shows of a lab. */
export interface ServedLab {
  readonly dispatch: Dispatch
  readonly events: EventBus
  /** One image as PNG, by what follows /images/ in its address. @throws LabError 'not-found' */
  readonly images: ImageReader
  /** A file of an export, by what follows /exports/ in its address. @throws LabError */
  readonly exports: ExportReader
}

/** How to serve it. */
export interface ServerOptions {
  readonly lab: ServedLab
  /** 0: any that is free. */
  readonly port: number
  /** Folder of the built window. */
  readonly rendererFolder: string
  /** Folder for what is dropped on the window, in the lab's folder as that lies now; the server's own: emptied at start and end. */
  readonly uploadsFolder: () => string
}

/** A server that runs. */
export interface RunningServer {
  /** The link that opens the window, token included: for the person's eyes only. */
  readonly url: string
  /** Ends every connection, cancels uploads, removes what was uploaded. */
  close(): Promise<void>
}

/**
 * Serves a lab at 127.0.0.1, to those who have the link.
 * @throws LabError 'port' when the port cannot be had, 'not-found' when the window is not built, 'storage'
 */
export async function startServer({ lab, port, rendererFolder, uploadsFolder }: ServerOptions): Promise<RunningServer> {
  if (!existsSync(join(rendererFolder, 'index.html')))
    throw new LabError('not-found', `The window is not built: ${rendererFolder} has no index.html.`, 'npm run build')
  const token = newToken()
  const app = fastify({
    forceCloseConnections: true,
    // Addresses that are none (a broken % sequence) reach no route and no hook.
    frameworkErrors: (_error, _request, reply) => {
      void plain(reply.headers(securityHeaders), 400, 'This is no address.')
    },
  })
  await app.register(cookies)
  guard(app, token)
  answerErrors(app)
  await app.register(websocket, {
    options: { maxPayload: MAX_MESSAGE_BYTES },
    preClose: (done) => {
      closeWindows(app.websocketServer.clients)
      app.websocketServer.close()
      done()
    },
  })
  await app.register(async (inner) => serveSocket(inner, lab.dispatch, lab.events))
  serveImages(app, lab)
  serveExports(app, lab)
  const uploads = await Uploads.open(uploadsFolder)
  app.addHook('onClose', () => uploads.close())
  await app.register(async (inner) => serveUploads(inner, uploads))
  await serveWindow(app, rendererFolder)
  try {
    await app.listen({ host: '127.0.0.1', port })
  } catch (cause) {
    await app.close()
    throw noPort(port, cause)
  }
  const { port: opened } = app.server.address() as AddressInfo
  return { url: `http://127.0.0.1:${opened}/?token=${token}`, close: () => app.close() }
}

function noPort(port: number, cause: unknown): LabError {
  const { code } = cause as NodeJS.ErrnoException
  const way = 'Choose another with --port, or --port 0 for any that is free.'
  if (code === 'EADDRINUSE') return new LabError('port', `Port ${port} is in use by another program.`, way, { cause })
  return new LabError('port', `Port ${port} cannot be opened (${code ?? String(cause)}).`, way, { cause })
}

/** /images/…; what an address means never changes. */
function serveImages(app: FastifyInstance, lab: ServedLab): void {
  app.get<{ Params: { '*': string } }>('/images/*', async ({ params }, reply) => {
    const png = await lab.images(params['*'])
    return reply.type('image/png').header('cache-control', IMAGE_CACHE_CONTROL).send(png)
  })
}

/** /exports/…; made anew each time: a run may go on. */
function serveExports(app: FastifyInstance, lab: ServedLab): void {
  app.get('/exports/*', async ({ url }, reply) => {
    const { body, type, name } = await lab.exports(url.slice('/exports/'.length))
    return reply
      .type(type)
      .header('cache-control', 'no-store')
      .header('content-disposition', contentDisposition(name))
      .send(body)
  })
}

/** The built window. Vite names what is in assets/ by its content. */
async function serveWindow(app: FastifyInstance, root: string): Promise<void> {
  const assets = join(root, 'assets') + sep
  await app.register(staticFiles, {
    root,
    cacheControl: false,
    setHeaders: (reply, path) =>
      reply.header(
        'cache-control',
        path.startsWith(assets) ? 'private, max-age=31536000, immutable' : 'private, no-cache',
      ),
  })
}

/** Errors a person can act on, and defects, as the contract's failures; what the framework refuses as one line. */
function answerErrors(app: FastifyInstance): void {
  app.setNotFoundHandler((_request, reply) => plain(reply, 404, 'There is nothing here.'))
  app.setErrorHandler((error: FastifyError | Error, _request, reply) => {
    const status = 'statusCode' in error ? error.statusCode : undefined
    if (status !== undefined && status < 500) return plain(reply, status, error.message)
    const failure = failureOf(error)
    return reply.code(statusCodes[failure.kind] ?? 500).send(failure)
  })
}

const statusCodes: Record<string, number> = { 'not-found': 404, 'bad-input': 400, cut: 400 }
