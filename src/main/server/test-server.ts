/** A server over a pretended lab, and clients that can say what a browser would not; for tests. */
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { request, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { requestNames } from '../../shared/contract/contract'
import { LabError } from '../../shared/errors'
import { bindContract } from '../lab/contract/dispatch'
import type { ExportedFile } from '../lab/exports/exported-file'
import { EventBus } from '../lab/contract/event-bus'
import { startServer, type RunningServer } from './server'

/** A running server, what it serves, and how to reach it. */
export interface TestServer {
  readonly server: RunningServer
  readonly events: EventBus
  readonly folder: string
  readonly uploads: string
  readonly origin: string
  readonly port: number
  /** The cookie a browser has after the link, as a request's header. */
  readonly cookie: string
  /** One request exactly as said, with the cookie unless told otherwise. */
  ask(path: string, options?: AskOptions): Promise<Answer>
  end(): Promise<void>
}

/** How to ask. */
export interface AskOptions {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Uint8Array | string
}

/** What came back. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** One request over node:http, which sends any header and any path. */
export function askAt(port: number, path: string, { method = 'GET', headers, body }: AskOptions): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers: headers ?? {}, agent: false }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('error', reject)
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

/** Starts it on a free port; requests answer null, but `runs.log` fails and `lab.state` tells its arguments. */
export async function testServer(): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'hrm-server-'))
  const rendererFolder = join(folder, 'renderer')
  const uploads = join(folder, 'uploads')
  await mkdir(join(rendererFolder, 'assets'), { recursive: true })
  await writeFile(join(rendererFolder, 'index.html'), '<!doctype html><title>HRM Lab</title>')
  await writeFile(join(rendererFolder, 'assets', 'index-abc.js'), 'export {}')
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await mkdir(join(uploads, 'half'), { recursive: true })
  await writeFile(join(uploads, 'half', 'file.png'), 'half')
  const events = new EventBus()
  const handlers: Record<string, (given: unknown) => unknown> = Object.fromEntries(
    requestNames.map((name) => [name, () => null]),
  )
  handlers['runs.get'] = (given) => given
  handlers['runs.log'] = () => Promise.reject(new LabError('not-found', 'There is no run 9.', 'See the list.'))
  const images = async (tail: string): Promise<Uint8Array> => {
    const [, dataSet, image] = /^(.+)\/(\d)\.png$/.exec(tail) ?? []
    if (image === undefined) throw new LabError('not-found', 'There is no such image.')
    return Buffer.from(`png of ${dataSet} ${image}`)
  }
  const exports = async (tail: string): Promise<ExportedFile> => {
    if (tail.startsWith('none/')) throw new LabError('not-found', 'There is no run none.')
    return { body: Buffer.from(tail), type: 'image/svg+xml', name: 'a"b-loss.svg' }
  }
  const lab = { dispatch: bindContract(handlers), events, images, exports }
  const server = await startServer({ lab, port: 0, rendererFolder, uploadsFolder: () => uploads })
  const { port: portText, origin } = new URL(server.url)
  const port = Number(portText)
  const entered = await askAt(port, new URL(server.url).pathname + new URL(server.url).search, {})
  const cookie = entered.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  return {
    server,
    events,
    folder,
    uploads,
    origin,
    port,
    cookie,
    ask: (path, options = {}) => askAt(port, path, { ...options, headers: { cookie, ...options.headers } }),
    end: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
