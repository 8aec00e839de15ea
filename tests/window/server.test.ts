/** What only the server has: who may talk to it. */
import { request, type IncomingMessage } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { serve } from './support/server-shell'

/** One plain request to the server; the browser would not let a page forge these headers. */
function ask(url: URL, path: string, headers: Record<string, string>): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: url.hostname, port: url.port, path, headers }, (answer: IncomingMessage) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (part: string) => (text += part))
      answer.on('end', () => resolve({ status: answer.statusCode!, text }))
    })
    sent.on('upgrade', (answer, socket) => {
      socket.destroy()
      resolve({ status: answer.statusCode!, text: '' })
    })
    sent.on('error', reject).end()
  })
}

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
}

let folder: string
let url: URL
let cookie: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-lab-story-'))
  const served = await serve(join(folder, 'home'))
  url = new URL(served.url)
  cookie = `hrm-lab-${url.port}=${url.searchParams.get('token')}`
  return async () => {
    served.process.kill('SIGTERM')
    await served.ended
    rmSync(folder, { recursive: true, force: true })
  }
})

it('lets in who has the link', async () => {
  expect(await ask(url, `/${url.search}`, {})).toMatchObject({ status: 303 })
  expect(await ask(url, '/', { cookie })).toMatchObject({ status: 200 })
  expect(await ask(url, '/socket', { cookie, origin: url.origin, ...upgrade })).toMatchObject({ status: 101 })
})

it.each(['/', '/index.html', '/images/x/1.png', '/socket', '/?token=wrong'])(
  'refuses %s without the token',
  async (path) => {
    const { status, text } = await ask(url, path, { origin: url.origin })
    expect(status).toBe(401)
    expect(text).toMatch(/^[^\n]+\n$/)
  },
)

it('refuses a page of another origin, also with the token', async () => {
  const foreign = { cookie, origin: 'https://example.com' }
  expect((await ask(url, '/', foreign)).status).toBe(403)
  expect((await ask(url, '/socket', { ...foreign, ...upgrade })).status).toBe(403)
  const unknown = await ask(url, '/socket', { cookie, ...upgrade })
  expect(unknown.status).toBe(403)
})

it('refuses another name for itself, also with the token', async () => {
  const { status, text } = await ask(url, '/', { cookie, host: `lab.example.com:${url.port}` })
  expect(status).toBe(403)
  expect(text).toContain('127.0.0.1')
})

it('says in a line that a port is in use', async () => {
  await expect(serve(join(folder, 'other'), Number(url.port))).rejects.toThrow(`Port ${url.port} is in use`)
})

it('says in a line who holds a lab that is started twice, and does it no harm', async () => {
  await expect(serve(join(folder, 'home'))).rejects.toThrow(/hrm-lab: .*(in use|open already|shown already).*\n/)
  expect((await ask(url, '/', { cookie })).status).toBe(200)
})
