import { spawn } from 'node:child_process'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../../../../tests/fixtures/data'
import { typeScriptHook } from '../decode/process'
import type { PublishedFile } from './catalog'
import { downloadFile, type DownloadOptions } from './download'
import { fileServer, publishedFile, type FileServer } from './testing/file-server'

const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 7919) >> 5)
let folder: string
let server: FileServer
let file: PublishedFile
let path: string

beforeEach(async () => {
  folder = await temporaryFolder()
  server = await fileServer({ 'set.gz': content })
  file = publishedFile(server, 'set.gz', content)
  path = join(folder, 'set.gz')
})

const download = (options: Partial<DownloadOptions> = {}): Promise<void> =>
  downloadFile(file, path, {
    signal: new AbortController().signal,
    onBytes: () => undefined,
    onWait: () => undefined,
    waitsMs: [1, 1],
    stallMs: 5_000,
    environment: {},
    ...options,
  })
const whole = async (): Promise<void> => {
  expect((await readFile(path)).equals(content)).toBe(true)
  expect(await readdir(folder)).toEqual(['set.gz'])
}
const ranges = (): (string | undefined)[] => server.asked.map(({ headers }) => headers.range)

describe('a download', () => {
  it('is the published bytes, asked for once, and not again', async () => {
    const seen: number[] = []
    await download({ onBytes: (bytes) => seen.push(bytes) })
    await whole()
    expect(seen.at(-1)).toBe(content.length)
    await download()
    expect(server.asked.length).toBe(1)
  })

  it('goes on where it was cut, again and again, of the same version only', async () => {
    server.next.push(...[0, 1, 2, 3, 4].map(() => ({ cutAfter: 50_000 })))
    const waits: (string | null)[] = []
    await download({ onWait: (detail) => waits.push(detail) })
    await whole()
    const starts = ranges().map((range) => Number(range?.slice(6, -1) ?? 0))
    expect(starts).toEqual([0, 50_000, 100_000, 150_000, 200_000, 250_000])
    expect(server.asked.slice(1).every(({ headers }) => headers['if-range'] === '"v1"')).toBe(true)
    expect(waits[0]).toBe('The connection was cut; the next try is in 1 s.')
  })

  it('begins anew when the file has changed meanwhile', async () => {
    server.next.push({ cutAfter: 90_000, content: content.map((v) => v ^ 1) })
    const first = download({ waitsMs: [] })
    await expect(first).rejects.toMatchObject({ kind: 'network' })
    server.etag = '"v2"'
    await download()
    await whole()
    expect(ranges()).toEqual([undefined, 'bytes=90000-'])
  })

  it('begins anew where the server knows no ranges', async () => {
    server.next.push({ cutAfter: 90_000 }, { whole: true })
    await download()
    await whole()
  })

  it('does not go on for ever with a server that knows no ranges and cuts', async () => {
    server.next.push(...Array.from({ length: 50 }, () => ({ cutAfter: 90_000, whole: true })))
    await expect(download()).rejects.toMatchObject({ kind: 'network' })
    expect(server.asked.length).toBeLessThan(5)
  })

  it('without a version goes on, and is fetched once more whole where that gave a wrong file', async () => {
    server.etag = null
    await writeFile(`${path}.part`, content.slice(0, 1000).fill(0))
    await download()
    await whole()
    expect(ranges()).toEqual(['bytes=1000-', undefined])
  })

  it('takes whole parts, and none that are longer than the file', async () => {
    await writeFile(`${path}.part`, content)
    await download()
    expect(server.asked).toEqual([])
    await whole()
    path = join(folder, 'other.gz')
    await writeFile(`${path}.part`, Buffer.alloc(content.length + 1))
    await download()
    expect((await readFile(path)).equals(content)).toBe(true)
  })

  it('takes bytes as they are sent, also where the server calls them encoded', async () => {
    server = await fileServer({ 'set.gz': gzipSync(content) })
    file = publishedFile(server, 'set.gz', gzipSync(content))
    server.next.push({ headers: { 'content-encoding': 'gzip' } })
    await download()
    expect((await readFile(path)).equals(gzipSync(content))).toBe(true)
  })

  it('waits out a server that is busy, and one that says nothing', async () => {
    server.next.push({ status: 503 }, { stallAfter: 40_000 })
    const waits: (string | null)[] = []
    await download({ stallMs: 100, onWait: (detail) => waits.push(detail) })
    await whole()
    expect(waits.filter(Boolean)).toEqual([
      'The server answers 503; the next try is in 1 s.',
      'Nothing came for 0.1 s; the next try is in 1 s.',
      'Comparing its checksum with the published one.',
    ])
  })

  it('follows redirects, not in circles', async () => {
    server.next.push({ status: 302, headers: { location: '/elsewhere/set.gz' } })
    await download()
    await whole()
    path = join(folder, 'again')
    server.next.push(...Array.from({ length: 6 }, () => ({ status: 301, headers: { location: '/set.gz' } })))
    await expect(download({ waitsMs: [] })).rejects.toMatchObject({ message: expect.stringContaining('in circles') })
  })

  it('goes through the environment’s proxy', async () => {
    const proxy = await fileServer({ 'set.gz': content })
    file = { ...file, url: 'http://publisher.invalid/data/set.gz' }
    await download({ environment: { HTTP_PROXY: proxy.origin } })
    await whole()
    expect(proxy.asked[0]?.url).toBe('http://publisher.invalid/data/set.gz')
  })
})

describe('a download that fails', () => {
  const hint = expect.stringContaining('drop it on the window, or: hrm-lab import PATH') as string

  it('of another content is deleted and says so', async () => {
    server.next.push({ content: content.map((v) => v ^ 1) })
    await expect(download()).rejects.toMatchObject({
      kind: 'network',
      message: `What came from ${file.url} is not the published file: its SHA-256 is another. It was deleted.`,
      hint,
    })
    expect(await readdir(folder)).toEqual([])
  })

  it.each([
    [{ status: 404 }, 'the server answers 404'],
    [
      { content: new Uint8Array(77), headers: { 'content-type': 'text/html' } },
      'the server gives 77 bytes of type text/html',
    ],
  ] as const)('is not tried again in vain: %#', async (behaviour, reason) => {
    server.next.push(behaviour)
    const failed = { kind: 'network', message: expect.stringContaining(reason) as string, hint }
    await expect(download()).rejects.toMatchObject(failed)
    expect(server.asked.length).toBe(1)
  })

  it('names the address when there is no way to it, after several tries', async () => {
    let waits = 0
    file = { ...file, url: 'http://127.0.0.1:9/set.gz' }
    const failed = download({ waitsMs: [1, 1, 1], onWait: (detail) => (waits += detail ? 1 : 0) })
    await expect(failed).rejects.toMatchObject({
      message: `${file.url} cannot be downloaded: its server refuses the connection.`,
      hint,
    })
    expect(waits).toBe(3)
  })

  it('says what the disk refuses, once', async () => {
    await writeFile(join(folder, 'file'), '')
    path = join(folder, 'file', 'set.gz')
    await expect(download()).rejects.toBeInstanceOf(Error)
    expect(server.asked.length).toBe(1)
  })
})

describe('a download that ends early', () => {
  it('keeps what came when cancelled', async () => {
    server.next.push({ stallAfter: 120_000 })
    const cancel = new AbortController()
    const reason = new Error('cancelled')
    const onBytes = (bytes: number): void => {
      if (bytes === 120_000) cancel.abort(reason)
    }
    await expect(download({ signal: cancel.signal, onBytes })).rejects.toBe(reason)
    expect((await stat(`${path}.part`)).size).toBe(120_000)
    await download()
    await whole()
    expect(ranges()).toEqual([undefined, 'bytes=120000-'])
  })

  it('keeps what came over a kill', async () => {
    server.next.push({ stallAfter: 150_000 })
    const module = fileURLToPath(new URL('./download.ts', import.meta.url))
    const script = `const { downloadFile } = await import(${JSON.stringify(module)})
await downloadFile(${JSON.stringify(file)}, ${JSON.stringify(path)}, { signal: new AbortController().signal, onBytes() {}, onWait() {} })`
    const lab = spawn(process.execPath, [...typeScriptHook, '--input-type=module', '-e', script], { stdio: 'inherit' })
    await vi.waitFor(async () => expect((await stat(`${path}.part`)).size).toBe(150_000), { timeout: 20_000 })
    lab.kill('SIGKILL')
    await new Promise((resolve) => lab.on('exit', resolve))
    await download()
    await whole()
    expect(ranges()).toEqual([undefined, 'bytes=150000-'])
  })
})
