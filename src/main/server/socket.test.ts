import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { MAX_MESSAGE_BYTES, type SocketMessage } from '../../shared/contract/socket'
import { askAt, testServer, type TestServer } from './test-server'

let at: TestServer
beforeAll(async () => {
  at = await testServer()
})
afterAll(() => at.end())

interface Client {
  readonly socket: WebSocket
  next(): Promise<SocketMessage>
  closed(): Promise<number>
}

const connectTo = (headers: Record<string, string>): WebSocket =>
  new WebSocket(`ws://127.0.0.1:${at.port}/socket`, { headers })

async function window(): Promise<Client> {
  const socket = connectTo({ cookie: at.cookie, origin: at.origin })
  const arrived: SocketMessage[] = []
  const waiting: ((message: SocketMessage) => void)[] = []
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as SocketMessage
    const taker = waiting.shift()
    if (taker) taker(message)
    else arrived.push(message)
  })
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return {
    socket,
    closed: () => closed,
    next: () => {
      const message = arrived.shift()
      return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve))
    },
  }
}

describe('the socket', () => {
  it.each([
    ['no cookie', 401, () => ({ origin: at.origin })],
    ['a wrong cookie', 401, () => ({ origin: at.origin, cookie: `hrm-lab-${at.port}=wrong` })],
    ['no Origin', 403, () => ({ cookie: at.cookie })],
    ['a foreign Origin', 403, () => ({ cookie: at.cookie, origin: 'http://evil.example' })],
    ['a foreign Host', 403, () => ({ cookie: at.cookie, origin: at.origin, host: `evil.example:${at.port}` })],
  ] as [string, number, () => Record<string, string>][])('is refused with %s', async (_what, status, headers) => {
    const socket = connectTo(headers())
    const error = await new Promise<Error>((resolve) => {
      socket.once('error', resolve)
      socket.once('open', () => resolve(new Error('opened')))
    })
    expect(error.message).toBe(`Unexpected server response: ${status}`)
  })

  it.each(['/socket', '/nothing'])('leaves no connection open when %s refuses it', async (path) => {
    const raw = connect({ port: at.port, host: '127.0.0.1', allowHalfOpen: true })
    const lines = [`GET ${path} HTTP/1.1`, `Host: 127.0.0.1:${at.port}`, 'Upgrade: websocket', 'Connection: Upgrade']
    raw.write([...lines, '', ''].join('\r\n'))
    const chunks: Buffer[] = []
    raw.on('data', (chunk: Buffer) => chunks.push(chunk))
    await new Promise((resolve) => raw.once('end', resolve))
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1.1 403 /)
    raw.destroy()
  })

  it('is no page', async () => {
    expect((await askAt(at.port, '/socket', { headers: { cookie: at.cookie } })).status).toBe(404)
  })

  it('answers every request under its id, failures in their words', async () => {
    const { socket, next } = await window()
    socket.send(JSON.stringify({ id: 5, name: 'runs.get', arguments: { id: 'a' } }))
    expect(await next()).toEqual({ id: 5, reply: { ok: true, value: { id: 'a' } } })
    socket.send(JSON.stringify({ id: 6, name: 'runs.log', arguments: { id: '9' } }))
    expect(await next()).toEqual({
      id: 6,
      reply: {
        ok: false,
        error: { kind: 'not-found', message: 'There is no run 9.', hint: 'See the list.', details: null },
      },
    })
    socket.send(JSON.stringify({ id: 7, name: 'runs.get', arguments: {} }))
    expect(await next()).toMatchObject({ id: 7, reply: { ok: false, error: { kind: 'bad-input' } } })
    socket.send(JSON.stringify({ id: 8, name: 'no.such' }))
    expect(await next()).toMatchObject({ id: 8, reply: { ok: false, error: { kind: 'not-found' } } })
    socket.close()
  })

  it('tells every window what happens', async () => {
    const windows = [await window(), await window()]
    at.events.emit({ kind: 'queue' })
    at.events.flush()
    for (const { next, socket } of windows) {
      expect(await next()).toEqual({ batch: { sequence: at.events.sequence, events: [{ kind: 'queue' }] } })
      socket.close()
    }
  })

  it.each([
    ['no JSON', '{', 1008],
    ['no request', '{"name":"runs.list"}', 1008],
    ['binary', Buffer.from('{}'), 1003],
    ['too long', `"${'x'.repeat(MAX_MESSAGE_BYTES)}"`, 1009],
  ])('closes on a message that is %s', async (_what, message, code) => {
    const { socket, closed } = await window()
    socket.on('error', () => {})
    socket.send(message)
    expect(await closed()).toBe(code)
  })

  it('drops a window that does not read, and only that one', async () => {
    const [slow, quick] = [await window(), await window()]
    slow.socket.pause()
    // Far more than the sockets of the system hold: what is over waits in this process, bounded.
    const path = 'x'.repeat(2 ** 20)
    for (let done = 0; done < 60; done++) {
      const event = {
        kind: 'import-progress',
        import: 1,
        path,
        phase: 'reading',
        done,
        total: 60,
        detail: null,
      } as const
      at.events.emit(event)
      at.events.flush()
      const message = await quick.next()
      expect('batch' in message && message.batch.events[0]).toMatchObject({ done })
    }
    slow.socket.resume()
    expect(await slow.closed()).toBe(1006)
    expect(quick.socket.readyState).toBe(WebSocket.OPEN)
    quick.socket.close()
  })

  it('ends with the server, also for a window that does not read', async () => {
    const other = at
    at = await testServer()
    const [slow, quick] = [await window(), await window()]
    slow.socket.pause()
    const begun = Date.now()
    await at.end()
    expect(Date.now() - begun).toBeLessThan(10_000)
    expect(await quick.closed()).toBe(1001)
    slow.socket.resume()
    await slow.closed()
    at = other
  })
})
