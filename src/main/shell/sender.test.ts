import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isOurPage, refusalOf } from './sender'

const page = { url: 'app://lab/index.html#/runs', parent: null }

describe('who may talk to the lab', () => {
  it('is the page of one of our windows', () => {
    expect(refusalOf(page, true)).toBeNull()
    expect(refusalOf({ ...page, url: 'app://lab/' }, true)).toBeNull()
  })

  it.each([
    ['another window', page, false, 'does not come from'],
    ['a page that has gone', null, true, 'has gone'],
    ['a frame within the page', { ...page, parent: page }, true, 'a frame within'],
    ['a page of the web', { ...page, url: 'https://lab/index.html' }, true, 'its page is https://lab'],
    ['another host', { ...page, url: 'app://elsewhere/' }, true, 'app://elsewhere'],
    ['another scheme of that name', { ...page, url: 'app2://lab/' }, true, 'app2://lab'],
    ['a host within a name', { ...page, url: 'https://x/app://lab/' }, true, 'https://x'],
    ['no address', { ...page, url: '' }, true, 'its page is '],
  ])('is not %s', (_who, frame, ours, reason) => {
    expect(refusalOf(frame, ours)).toContain(reason)
  })

  it('is decided by scheme and host alone', () => {
    expect(isOurPage('app://lab')).toBe(true)
    expect(isOurPage('app://lab:1/')).toBe(false)
    expect(isOurPage('about:blank')).toBe(false)
    expect(isOurPage('file:///app://lab/')).toBe(false)
  })
})

it('raw ipcMain and ipcRenderer are touched in their two wrappers only', () => {
  const users = ['src/main/shell', 'src/main', 'src/preload'].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .filter((name) => /\bipc(Main|Renderer)\b/.test(readFileSync(join(folder, name), 'utf8')))
      .map((name) => `${folder}/${name}`),
  )
  expect(users).toEqual(['src/main/shell/ipc.ts', 'src/preload/ipc.ts'])
})
