/** One GET over HTTP, bytes as they are sent: Node's fetch would unpack a `.gz` that a server marks as encoded. */
import * as http from 'node:http'
import * as https from 'node:https'
import { PassThrough } from 'node:stream'

/** How to ask. */
export interface GetOptions {
  readonly headers: http.OutgoingHttpHeaders
  readonly signal: AbortSignal
  /** Milliseconds without a byte after which the server counts as gone. */
  readonly stallMs: number
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY are looked up. */
  readonly environment: NodeJS.ProcessEnv
}

/** What a server answers. */
export interface Answer {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** All that came, then the error that ended it, if one did. To be read once. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** Ends the connection. */
  end(): void
}

const MAX_REDIRECTS = 5
const redirects = [301, 302, 303, 307, 308]

/**
 * Asks for `url`, following redirects (never from https to http) and the environment's proxy.
 * @returns the answer, whatever its status; it must be ended
 * @throws Error with the system's code (ENOTFOUND, ECONNREFUSED, ETIMEDOUT ...) · the signal's reason
 */
export async function httpGet(url: string, options: GetOptions): Promise<Answer> {
  let at = new URL(url)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const answer = await getOnce(at, options)
    const { location } = answer.headers
    if (!redirects.includes(answer.status) || location === undefined) return answer
    answer.end()
    const next = new URL(location, at)
    if (!['http:', 'https:'].includes(next.protocol) || (at.protocol === 'https:' && next.protocol !== 'https:'))
      throw failure('EREDIRECT', `it leads to ${next.protocol}//${next.host}`)
    at = next
  }
  throw failure('EREDIRECT', 'it leads in circles')
}

function getOnce(url: URL, { headers, signal, stallMs, environment }: GetOptions): Promise<Answer> {
  signal.throwIfAborted()
  const { request, Agent } = url.protocol === 'https:' ? https : http
  // An agent of its own: the environment's proxy is for these requests only.
  const agent = new Agent({ proxyEnv: environment })
  return new Promise((resolve, reject) => {
    let stalled = (cause: Error): unknown => sent.destroy(cause)
    const sent = request(url, { headers, signal, agent }, (message) => {
      // What goes wrong from here on comes out of reading the answer.
      stalled = (cause) => message.destroy(cause)
      message.once('close', () => agent.destroy())
      resolve(answerOf(message))
    })
    sent.setTimeout(stallMs, () => stalled(failure('ETIMEDOUT', `nothing came for ${stallMs / 1000} s`)))
    sent.once('error', (cause) => {
      agent.destroy()
      reject(signal.aborted ? (signal.reason as Error) : cause)
    })
    sent.end()
  })
}

/** Read directly, a message that is cut drops what came and was not read yet. */
function answerOf(message: http.IncomingMessage): Answer {
  const came = new PassThrough({ highWaterMark: 1 << 20 })
  let failed: Error | null = null
  message.once('error', (cause) => {
    failed = cause
    came.end()
  })
  message.pipe(came)
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield* came as AsyncIterable<Buffer>
    if (failed) throw failed as Error
  }
  return { status: message.statusCode ?? 0, headers: message.headers, bytes: bytes(), end: () => message.destroy() }
}

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code })
