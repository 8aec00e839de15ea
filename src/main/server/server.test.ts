import { readdir } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CONTENT_SECURITY_POLICY } from '../../shared/contract/security'
import type { Dispatch } from '../lab/contract/dispatch'
import { EventBus } from '../lab/contract/event-bus'
import { startServer } from './server'
import { askAt, testServer, type TestServer } from './test-server'

const unused: Dispatch = () => Promise.reject(new Error('unused'))
const unusedImages = (): Promise<Uint8Array> => Promise.reject(new Error('unused'))

let at: TestServer
beforeAll(async () => {
  at = await testServer()
})
afterAll(() => at.end())

describe('the link', () => {
  it('turns its token into a cookie scripts cannot read, and leaves a clean address', async () => {
    const { pathname, search } = new URL(at.server.url)
    const answer = await askAt(at.port, pathname + search, {})
    expect(answer.status).toBe(303)
    expect(answer.headers.location).toBe('/')
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['set-cookie']).toHaveLength(1)
    const [pair, ...attributes] = answer.headers['set-cookie']![0]!.split('; ')
    expect(pair).toBe(`hrm-lab-${at.port}=${new URL(at.server.url).searchParams.get('token')}`)
    expect(attributes.sort()).toEqual(['HttpOnly', 'Path=/', 'SameSite=Strict'])
  })

  it('has a long token that differs from start to start', async () => {
    const other = await testServer()
    const [one, two] = [at, other].map(({ server }) => new URL(server.url).searchParams.get('token'))
    await other.end()
    expect(one).toMatch(/^[\w-]{43}$/)
    expect(two).not.toBe(one)
  })

  it.each([
    ['/', {}],
    ['/?token=', {}],
    ['/?token=wrong', {}],
    ['/?token=a&token=b', {}],
    ['/assets/index-abc.js', {}],
    ['/images/d/1.png', {}],
    ['/nothing', {}],
    ['/', { cookie: 'hrm-lab=x' }],
    ['/', { cookie: 'hrm-lab-PORT=wrong' }],
  ])('is needed for %s with %j', async (path, { cookie }: { cookie?: string }) => {
    const headers = cookie ? { cookie: cookie.replace('PORT', String(at.port)) } : {}
    const answer = await askAt(at.port, path, { headers })
    expect(answer.status).toBe(401)
    expect(answer.body.toString()).toMatch(/^This lab opens with the whole link[^\n]*\n$/)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY)
  })

  it('is needed to upload', async () => {
    expect((await askAt(at.port, '/upload/new', { method: 'POST' })).status).toBe(401)
  })
})

describe('what a foreign page could send', () => {
  it.each(['evil.example', 'evil.example:PORT', '127.0.0.1', '127.0.0.1:1', 'localhost.evil.example:PORT'])(
    'is refused for the Host %j',
    async (host) => {
      const headers = { host: host.replace('PORT', String(at.port)) }
      expect((await at.ask('/', { headers })).status).toBe(403)
    },
  )

  it.each(['http://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost:PORT', 'https://127.0.0.1:PORT'])(
    'is refused for the Origin %j',
    async (origin) => {
      const headers = { origin: origin.replace('PORT', String(at.port)) }
      const answer = await at.ask('/upload/new', { method: 'POST', headers })
      expect(answer.status).toBe(403)
      expect(answer.body.toString()).toContain('may not talk to this lab')
    },
  )

  it('is served from its own origin, by either name', async () => {
    expect((await at.ask('/', { headers: { origin: at.origin } })).status).toBe(200)
    const host = `localhost:${at.port}`
    expect((await at.ask('/', { headers: { host, origin: `http://${host}` } })).status).toBe(200)
  })
})

describe('the window', () => {
  it('comes with its policy and types, its assets to keep', async () => {
    const page = await at.ask('/')
    expect(page.status).toBe(200)
    expect(page.body.toString()).toContain('<title>HRM Lab</title>')
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cache-control': 'private, no-cache',
    })
    const script = await at.ask('/assets/index-abc.js')
    expect(script.headers['content-type']).toMatch(/^(text|application)\/javascript/)
    expect(script.headers['cache-control']).toContain('immutable')
  })

  it.each([
    '/../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/..%5csecret.txt',
    '//secret.txt',
    '/index.html%00',
    '/%zz',
    '/nothing.js',
    '/assets/',
  ])('does not leave its folder for %s', async (path) => {
    const answer = await at.ask(path)
    expect([400, 403, 404]).toContain(answer.status)
    expect(answer.body.toString()).not.toContain('secret\n')
    expect(answer.body.toString()).not.toBe('secret')
    expect(answer.headers['content-security-policy']).toBe(CONTENT_SECURITY_POLICY)
  })

  it('is missed in words before anything starts', async () => {
    const lab = { dispatch: unused, events: new EventBus(), images: unusedImages, exports: unusedImages as never }
    const folders = { rendererFolder: join(at.folder, 'none'), uploadsFolder: () => join(at.folder, 'other') }
    await expect(startServer({ lab, port: 0, ...folders })).rejects.toMatchObject({ kind: 'not-found' })
  })
})

describe('images', () => {
  it('come as PNG, to keep for good', async () => {
    const answer = await at.ask('/images/my-data/7.png')
    expect(answer.body.toString()).toBe('png of my-data 7')
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      'cache-control': 'private, max-age=31536000, immutable',
    })
  })

  it.each(['/images/d/10.png', '/images/d/x.png', '/images/d/-1.png', '/images/d/1e3.png', '/images/d/1.jpg'])(
    'are not there for %s, and that is not kept',
    async (path) => {
      const answer = await at.ask(path)
      expect(answer.status).toBe(404)
      expect(answer.headers['cache-control']).toBeUndefined()
    },
  )
})

describe('exports', () => {
  it('come with their type and name, never kept, choices included', async () => {
    const answer = await at.ask('/exports/0001-run/loss.png?theme=dark&width=85')
    expect(answer.body.toString()).toBe('0001-run/loss.png?theme=dark&width=85')
    expect(answer.headers).toMatchObject({
      'content-type': 'image/svg+xml',
      'content-disposition': 'inline; filename="a_b-loss.svg"',
      'cache-control': 'no-store',
    })
  })

  it('say in words why they cannot be made', async () => {
    const answer = await at.ask('/exports/none/loss.png')
    expect(answer.status).toBe(404)
    expect(answer.body.toString()).toContain('There is no run none.')
  })
})

describe('the port', () => {
  it('in use is an error with the way out, and leaves nothing behind', async () => {
    const uploadsFolder = join(at.folder, 'uploads-2')
    const lab = { dispatch: unused, events: new EventBus(), images: unusedImages, exports: unusedImages as never }
    const started = startServer({
      lab,
      port: at.port,
      rendererFolder: join(at.folder, 'renderer'),
      uploadsFolder: () => uploadsFolder,
    })
    await expect(started).rejects.toMatchObject({
      name: 'LabError',
      kind: 'port',
      message: `Port ${at.port} is in use by another program.`,
      hint: expect.stringContaining('--port 0') as string,
    })
    expect(await readdir(uploadsFolder)).toEqual([])
  })

  it('is closed in good order, connections included', async () => {
    const other = await testServer()
    const idle = connect(other.port, '127.0.0.1')
    await new Promise((resolve) => idle.once('connect', resolve))
    const ended = new Promise((resolve) => idle.once('close', resolve))
    idle.on('error', () => {})
    await other.end()
    await ended
    await expect(askAt(other.port, '/', {})).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
