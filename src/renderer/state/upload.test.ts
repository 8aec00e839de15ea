import { describe, expect, it } from 'vitest'
import { RequestFailed } from '../transport/client'
import type { UploadClient } from './upload-client'
import { Upload } from './upload.svelte'

const failed = (kind: string): RequestFailed =>
  new RequestFailed({ kind, message: `It is ${kind}.`, hint: null, details: null })
const found = (count: number): ConstructorParameters<typeof Upload>[1] => ({
  files: Array.from({ length: count }, (_, i) => ({ path: `a/${i}.png`, file: new File([new Uint8Array(10)], 'x') })),
  unreadable: [{ path: 'a/gone.png', reason: 'it was gone' }],
})

/** A server that keeps what came; `put` may be made to fail. */
class FakeServer implements UploadClient {
  received: string[] = []
  removed: string[] = []
  atOnce = 0
  most = 0
  begun = 0
  fail: (path: string) => Error | null = () => null

  begin = async (): Promise<string> => `upload-${++this.begun}`
  finish = async (id: string): Promise<string> => `/uploads/${id}`
  remove = async (id: string): Promise<void> => void this.removed.push(id)
  put: UploadClient['put'] = async (_id, path, file, onSent, signal) => {
    this.most = Math.max(this.most, ++this.atOnce)
    try {
      await new Promise((resolve) => setTimeout(resolve, 1))
      signal.throwIfAborted()
      const error = this.fail(path)
      if (error) throw error
      onSent(file.size)
      this.received.push(path)
    } finally {
      this.atOnce--
    }
  }
}

describe('Upload', () => {
  it('sends all files, a few at once, in order, and counts them', async () => {
    const server = new FakeServer()
    const upload = new Upload('a', found(20), server)
    expect(await upload.send()).toBe('/uploads/upload-1')
    expect(server.received).toHaveLength(20)
    expect(server.received[0]).toBe('a/0.png')
    expect(server.most).toBe(4)
    expect([upload.sentFiles, upload.sentBytes, upload.totalBytes]).toEqual([20, 200, 200])
    expect(upload.refused).toEqual([{ path: 'a/gone.png', reason: 'it was gone' }])
  })

  it('cut in the middle says so, and sends only the rest when it goes on', async () => {
    const server = new FakeServer()
    const upload = new Upload('a', found(12), server)
    server.fail = (path) => (path === 'a/7.png' ? failed('connection') : null)
    expect(await upload.send()).toBeNull()
    expect(upload.problem?.kind).toBe('connection')
    expect(upload.going).toBe(false)
    const before = server.received.length
    expect(before).toBeLessThan(12)
    server.fail = () => null
    expect(await upload.send()).toBe('/uploads/upload-1')
    expect(new Set(server.received).size).toBe(12)
    expect(server.received).toHaveLength(12)
    expect([upload.sentFiles, upload.problem]).toEqual([12, null])
  })

  it('begins anew when the lab has nothing of it any more', async () => {
    const server = new FakeServer()
    const upload = new Upload('a', found(6), server)
    server.fail = (path) => (path === 'a/5.png' ? failed('not-found') : null)
    expect(await upload.send()).toBeNull()
    server.fail = () => null
    server.received = []
    expect(await upload.send()).toBe('/uploads/upload-2')
    expect(server.received).toHaveLength(6)
    expect([upload.sentFiles, upload.sentBytes]).toEqual([6, 60])
  })

  it('lists a file whose name the lab refuses and sends the others', async () => {
    const server = new FakeServer()
    const upload = new Upload('a', found(5), server)
    server.fail = (path) => (path === 'a/2.png' ? failed('bad-input') : null)
    expect(await upload.send()).toBe('/uploads/upload-1')
    expect(server.received).toHaveLength(4)
    expect(upload.refused).toContainEqual({ path: 'a/2.png', reason: 'It is bad-input.' })
  })

  it('cancelled ends at once, is no failure, and removes what came', async () => {
    const server = new FakeServer()
    const upload = new Upload('a', found(50), server)
    const sending = upload.send()
    await new Promise((resolve) => setTimeout(resolve, 5))
    await upload.cancel()
    expect(await sending).toBeNull()
    expect(upload.problem).toBeNull()
    expect(server.removed).toEqual(['upload-1'])
    expect(server.received.length).toBeLessThan(50)
    expect(await upload.send()).toBeNull()
  })
})
