import { mkdir, readdir, readFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { testServer, type Answer, type TestServer } from './test-server'

let at: TestServer
beforeAll(async () => {
  at = await testServer()
})
afterAll(() => at.end())

const json = <T>(answer: Answer): T => JSON.parse(answer.body.toString()) as T
const begin = async (): Promise<string> =>
  json<{ upload: string }>(await at.ask('/upload/new', { method: 'POST' })).upload
const put = (id: string, path: string, body: Uint8Array | string): Promise<Answer> =>
  at.ask(`/upload/${id}/${path}`, { method: 'PUT', body })
const finish = (id: string): Promise<Answer> => at.ask(`/upload/${id}/done`, { method: 'POST' })
const cancel = (id: string): Promise<Answer> => at.ask(`/upload/${id}`, { method: 'DELETE' })

/** Sends the beginning of a file and waits until it is on the disk. */
async function half(id: string, path: string): Promise<{ cut: () => void; ended: Promise<unknown> }> {
  const sent = request({
    ...{ host: '127.0.0.1', port: at.port, path: `/upload/${id}/${path}`, method: 'PUT', agent: false },
    headers: { cookie: at.cookie, 'content-length': 1_000_000 },
  })
  const ended = new Promise((resolve) => sent.once('error', resolve).once('response', resolve))
  sent.write(Buffer.alloc(100_000, 1))
  await vi.waitFor(async () => {
    const file = await readFile(join(at.uploads, id, 'Dropped files', path))
    expect(file.length).toBeGreaterThan(0)
  })
  return { cut: () => sent.destroy(), ended }
}

describe('uploads', () => {
  it('of an earlier lab are removed at the start', async () => {
    expect(await readdir(at.uploads)).toEqual([])
  })

  it('keep every byte and the folder’s shape, and tell the path to import', async () => {
    const id = await begin()
    const bytes = Buffer.from(Uint8Array.from({ length: 3_000_000 }, (_, i) => i * 7))
    expect((await put(id, 'pets/cat/1.png', bytes)).status).toBe(204)
    expect((await put(id, `pets/${encodeURIComponent('hund & größe %41?#.png')}`, 'abc')).status).toBe(204)
    expect((await put(id, 'pets/empty.png', '')).status).toBe(204)
    const answer = await finish(id)
    expect(answer.status).toBe(200)
    const { path } = json<{ path: string }>(answer)
    expect(path).toBe(join(at.uploads, id, 'Dropped files', 'pets'))
    expect((await readFile(join(path, 'cat', '1.png'))).equals(bytes)).toBe(true)
    expect(await readFile(join(path, 'hund & größe %41?#.png'), 'utf8')).toBe('abc')
    expect(await readFile(join(path, 'empty.png'), 'utf8')).toBe('')
    expect((await cancel(id)).status).toBe(204)
    expect(await readdir(at.uploads)).not.toContain(id)
  })

  it('of several things are imported from the folder that holds them', async () => {
    const id = await begin()
    await put(id, 'a.idx', 'a')
    await put(id, 'b.idx', 'b')
    expect(json(await finish(id))).toEqual({ path: join(at.uploads, id, 'Dropped files') })
  })

  it('take JSON and text as the bytes they are', async () => {
    const id = await begin()
    const headers = { 'content-type': 'application/json' }
    const answer = await at.ask(`/upload/${id}/broken.json`, { method: 'PUT', body: '{"a"', headers })
    expect(answer.status).toBe(204)
    expect(await readFile(join(at.uploads, id, 'Dropped files', 'broken.json'), 'utf8')).toBe('{"a"')
  })

  it.each([
    '../x',
    '%2e%2e/x',
    'a/%2e%2e/%2e%2e/x',
    'a%2f..%2f..%2fx',
    '%2fetc%2fx',
    '..%5cx',
    'a//x',
    'a/',
    '',
    '.',
    'a%00',
    'a%0ab',
    'x'.repeat(256),
    `${'x/'.repeat(32)}x`,
    `${'x'.repeat(200)}/`.repeat(11) + 'x',
  ])('refuse the path %j', async (path) => {
    const id = await begin()
    const answer = await put(id, path, 'x')
    // A client that resolves “..” itself asks for another address, which is none.
    expect([400, 404]).toContain(answer.status)
    expect(await readdir(join(at.uploads, id, 'Dropped files'))).toEqual([])
    expect((await readdir(at.uploads)).includes('x')).toBe(false)
  })

  it('say what is wrong with a path, and the way out', async () => {
    const answer = await put(await begin(), 'a/%2e%2e/x', 'x')
    expect(json(answer)).toMatchObject({
      kind: 'bad-input',
      message: 'The file "a/../x" cannot be uploaded: its path has “..” in it.',
      hint: expect.stringContaining('another name') as string,
    })
  })

  it('refuse a second file of one name, and a file that is a folder', async () => {
    const id = await begin()
    await put(id, 'a/x', 'one')
    expect(json(await put(id, 'a/x', 'two'))).toMatchObject({ kind: 'bad-input' })
    expect(json(await put(id, 'a', 'two'))).toMatchObject({ kind: 'bad-input' })
    expect(json(await put(id, 'a/x/y', 'two'))).toMatchObject({ kind: 'bad-input' })
    expect(await readFile(join(at.uploads, id, 'Dropped files', 'a', 'x'), 'utf8')).toBe('one')
    expect((await finish(id)).status).toBe(200)
  })

  it('cut in the middle leave no half file and are not imported until sent again', async () => {
    const id = await begin()
    await put(id, 'whole.png', 'whole')
    const { cut, ended } = await half(id, 'cut.png')
    expect(json(await finish(id))).toMatchObject({
      message: 'One file of the upload has not arrived whole: cut.png.',
    })
    cut()
    await ended
    await vi.waitFor(async () => {
      expect(await readdir(join(at.uploads, id, 'Dropped files'))).toEqual(['whole.png'])
    })
    expect(json(await finish(id))).toMatchObject({ kind: 'bad-input' })
    await vi.waitFor(async () => expect((await put(id, 'cut.png', 'again')).status).toBe(204))
    expect((await finish(id)).status).toBe(200)
  })

  it('cancelled in the middle end at once and leave nothing', async () => {
    const id = await begin()
    const { ended } = await half(id, 'long.png')
    expect((await cancel(id)).status).toBe(204)
    expect(await ended).toBeInstanceOf(Error)
    expect(await readdir(at.uploads)).not.toContain(id)
    expect((await put(id, 'more.png', 'x')).status).toBe(404)
    expect((await cancel(id)).status).toBe(404)
  })

  it('of nothing, or of an id there is none of, are refused', async () => {
    expect(json(await finish(await begin()))).toMatchObject({ message: 'Nothing was uploaded.' })
    for (const id of ['none', '..', '%2e%2e', 'constructor']) expect((await put(id, 'x', 'x')).status).toBe(404)
  })

  it('tell a disk that cannot be written through the request itself', async () => {
    const id = await begin()
    await mkdir(join(at.uploads, id, 'Dropped files', 'big'), { recursive: true })
    const answer = await put(id, 'big', Buffer.alloc(5_000_000))
    expect(json(answer)).toMatchObject({ kind: 'bad-input' })
  })

  it('are gone when the server ends, those in the middle too', async () => {
    const other = at
    at = await testServer()
    const id = await begin()
    await put(id, 'a', 'a')
    const { ended } = await half(id, 'b')
    await at.server.close()
    expect(await ended).toBeInstanceOf(Error)
    expect(await readdir(at.uploads)).toEqual([])
    await at.end()
    at = other
  })
})
