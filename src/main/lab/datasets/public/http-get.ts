/** One GET over HTTP, bytes as they are sent: Node's fetch would unpack a `.gz` that a server marks as encoded. */
import * as http from 'node:http'
import * as https from 'node:https'

/** How to ask. */
export interface GetOptions {
  readonly headers: http.OutgoingHttpHeaders
  readonly signal: AbortSignal
  /** Milliseconds without a byte after which the server counts as gone. */
  readonly stallMs: number
  /** Where HTTP_PROXY, HTTPS_PROXY and NO_PROXY are looked up. */
  readonly environment: NodeJS.ProcessEnv
}

const MAX_REDIRECTS = 5
const redirects = [301, 302, 303, 307, 308]

/**
 * Asks for `url`, following redirects (never from https to http) and the environment's proxy.
 * @returns the answer, whatever its status; its bytes are to be read or destroyed
 * @throws Error with the system's code (ENOTFOUND, ECONNREFUSED, ETIMEDOUT ...) · the signal's reason
 */
export async function httpGet(url: string, options: GetOptions): Promise<http.IncomingMessage> {
  let at = new URL(url)
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const answer = await getOnce(at, options)
    const { location } = answer.headers
    if (!redirects.includes(answer.statusCode ?? 0) || location === undefined) return answer
    answer.destroy()
    const next = new URL(location, at)
    if (!['http:', 'https:'].includes(next.protocol) || (at.protocol === 'https:' && next.protocol !== 'https:'))
      throw failure('EREDIRECT', `it leads to ${next.protocol}//${next.host}`)
    at = next
  }
  throw failure('EREDIRECT', 'it leads in circles')
}

function getOnce(url: URL, { headers, signal, stallMs, environment }: GetOptions): Promise<http.IncomingMessage> {
  signal.throwIfAborted()
  const { request, Agent } = url.protocol === 'https:' ? https : http
  // An agent of its own: the environment's proxy is for these requests only.
  const agent = new Agent({ proxyEnv: environment })
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, signal, agent }, (answer) => {
      // What goes wrong from here on comes out of reading the answer.
      answer.once('close', () => agent.destroy())
      resolve(answer)
    })
    sent.setTimeout(stallMs, () => sent.destroy(failure('ETIMEDOUT', `nothing came for ${stallMs / 1000} s`)))
    sent.once('error', (cause) => {
      agent.destroy()
      reject(signal.aborted ? (signal.reason as Error) : cause)
    })
    sent.end()
  })
}

const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code })
