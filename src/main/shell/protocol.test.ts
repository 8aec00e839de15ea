import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { CONTENT_SECURITY_POLICY } from '../../shared/contract/security'
import { LabError } from '../../shared/errors'
import { answerAddress } from './protocol'

vi.mock('electron', () => ({}))

describe('answers at app://lab/', () => {
  const rendererFolder = mkdtempSync(join(tmpdir(), 'hrm-lab-window-'))
  afterAll(() => rmSync(rendererFolder, { recursive: true }))
  const images = vi.fn(async (tail: string) => {
    if (tail === 'd1/7.png') return new Uint8Array([1, 2, 3])
    if (tail === 'd1/8.png') throw new Error('a defect')
    throw new LabError('not-found', 'There is no such image.')
  })
  const exports = async (tail: string) => {
    if (tail.startsWith('none/')) throw new LabError('not-found', 'There is no run none.')
    return { body: Buffer.from(tail), type: 'text/csv', name: 'r-steps.csv' }
  }
  const get = (path: string, method = 'GET'): Promise<Response> =>
    answerAddress({ rendererFolder, images, exports }, method, `app://lab${path}`)

  beforeAll(() => {
    mkdirSync(join(rendererFolder, 'assets'))
    writeFileSync(join(rendererFolder, 'index.html'), '<!doctype html>')
    writeFileSync(join(rendererFolder, 'assets', 'a-1234.js'), '1')
  })

  it('are the window’s files, kept for good where their name says what is in them', async () => {
    const page = await get('/')
    expect([page.status, await page.text()]).toEqual([200, '<!doctype html>'])
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const script = await get('/assets/a-1234.js')
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script.headers.get('cache-control')).toContain('immutable')
  })

  it('are images by their address', async () => {
    const image = await get('/images/d1/7.png')
    expect([...new Uint8Array(await image.arrayBuffer())]).toEqual([1, 2, 3])
    expect(image.headers.get('content-type')).toBe('image/png')
    expect(image.headers.get('cache-control')).toBe('private, max-age=31536000, immutable')
    expect((await get('/images/d1/9.png')).status).toBe(404)
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    expect((await get('/images/d1/8.png')).status).toBe(500)
    expect(log).toHaveBeenCalledOnce()
  })

  it('are exported files, choices included, or the reason why not', async () => {
    const file = await get('/exports/r,s/steps.csv?theme=dark')
    expect(await file.text()).toBe('r,s/steps.csv?theme=dark')
    expect(file.headers.get('content-disposition')).toBe('inline; filename="r-steps.csv"')
    expect(file.headers.get('cache-control')).toBe('no-store')
    const refused = await get('/exports/none/loss.png')
    expect([refused.status, await refused.text()]).toEqual([404, 'There is no run none.\n'])
  })

  it('are refusals for anything else', async () => {
    expect((await get('/nothing.js')).status).toBe(404)
    expect((await get('/..%2f..%2fetc/passwd')).status).toBe(404)
    expect((await get('/', 'POST')).status).toBe(405)
  })

  it('always carry the content security policy', async () => {
    const answers = [get('/'), get('/nothing'), get('/', 'POST'), get('/images/d1/7.png'), get('/images/x')]
    for (const { headers } of await Promise.all(answers)) {
      expect(headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
    }
  })
})
