/** Who may talk to the server shell: only the windows of the person who has the link, on this machine. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { CONTENT_SECURITY_POLICY } from '../../shared/contract/security'

/** On every answer, also a refusal. */
export const securityHeaders = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

/** A token nobody guesses: 256 bits. */
export const newToken = (): string => randomBytes(32).toString('base64url')

/**
 * Guards everything `app` serves, its WebSocket included: `Host` and `Origin` must be this server (another site's page
 * may reach the port, by name or by address, but cannot claim that), and the token must have come, by the link once and
 * as a cookie from then on. Cookies do not know ports, so the cookie's name does.
 */
export function guard(app: FastifyInstance, token: string): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(securityHeaders)
    const port = request.socket.localPort
    const foreign = foreignness(request, port)
    if (foreign) return plain(reply, 403, foreign)
    const cookie = `hrm-lab-${port}`
    const { token: given } = request.query as { token?: unknown }
    if (request.method === 'GET' && request.url.startsWith('/?') && same(given, token))
      return reply
        .setCookie(cookie, token, { path: '/', httpOnly: true, sameSite: 'strict' })
        .header('cache-control', 'no-store')
        .redirect('/', 303)
    if (!same(request.cookies[cookie], token))
      return plain(reply, 401, 'This lab opens with the whole link it printed, token included.')
    return undefined
  })
  // Node hands over the connection of an upgrade: one that is refused is nobody's, and would stay half open.
  app.addHook('onSend', async (request, reply) => {
    if (request.headers.upgrade === undefined) return
    reply.header('connection', 'close').raw.once('finish', () => request.raw.socket.destroySoon())
  })
}

/** What is foreign about a request, for a person; null when it comes from this server's own pages or a typed address. */
function foreignness({ headers, url }: FastifyRequest, port: number | undefined): string | null {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => new URL(`http://${name}:${port}`).host)
  if (!hosts.includes(headers.host ?? ''))
    return `This lab answers as ${hosts[0]} only; through SSH, use the same port on both sides.`
  // A browser sends no Origin when a person opens an address, but always with a socket.
  const { origin } = headers
  const needed = headers.upgrade !== undefined
  if (origin === undefined ? needed : origin !== `http://${headers.host}`)
    return `A page of ${origin ?? 'unknown origin'} may not talk to this lab.`
  return url.startsWith('/') ? null : 'This lab is no proxy.'
}

/** Answers with one line of text. */
export const plain = (reply: FastifyReply, status: number, line: string): FastifyReply =>
  reply.code(status).type('text/plain; charset=utf-8').send(`${line}\n`)

/** Compares in constant time; the hashes make the lengths equal. */
function same(given: unknown, token: string): boolean {
  if (typeof given !== 'string') return false
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(token))
}
