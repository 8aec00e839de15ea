import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findBrowser } from './browser.mjs'

type Machine = NonNullable<Parameters<typeof findBrowser>[0]>

/** A machine that has these files and nothing else. */
function machine(platform: NodeJS.Platform, files: string[], env: Record<string, string> = {}): Machine {
  const home = '/home/someone'
  return {
    platform,
    env,
    home,
    exists: (path) => files.includes(path),
    list: (folder) =>
      files.filter((file) => file.startsWith(`${folder}/`)).map((file) => file.slice(folder.length + 1).split('/')[0]!),
  }
}

describe('findBrowser', () => {
  it('takes the one that is named, before all others', () => {
    const files = ['/opt/own', '/usr/bin/chromium']
    expect(findBrowser(machine('linux', files, { HRM_LAB_BROWSER: '/opt/own' }))).toBe('/opt/own')
    expect(() => findBrowser(machine('linux', files, { HRM_LAB_BROWSER: '/opt/gone' }))).toThrow('/opt/gone')
  })

  it.each<[NodeJS.Platform, string, Record<string, string>]>([
    ['linux', '/usr/bin/chromium', {}],
    ['linux', '/opt/bin/google-chrome', { PATH: '/opt/bin' }],
    ['darwin', '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', {}],
    ['win32', join('C:', 'Google/Chrome/Application/chrome.exe'), { PROGRAMFILES: 'C:' }],
  ])('finds the system’s on %s: %s', (platform, path, env) => {
    expect(findBrowser(machine(platform, [path], env))).toBe(path)
  })

  it('finds Playwright’s newest', () => {
    const cache = '/home/someone/.cache/ms-playwright'
    const files = ['chromium-999', 'chromium-1100', 'firefox-2000'].map(
      (name) => `${cache}/${name}/chrome-linux/chrome`,
    )
    expect(findBrowser(machine('linux', files))).toBe(`${cache}/chromium-1100/chrome-linux/chrome`)
    expect(
      findBrowser(machine('linux', ['/x/chromium-1/chrome-linux64/chrome'], { PLAYWRIGHT_BROWSERS_PATH: '/x' })),
    ).toBe('/x/chromium-1/chrome-linux64/chrome')
  })

  it('finds nothing where there is nothing', () => {
    expect(findBrowser(machine('linux', []))).toBeNull()
  })
})
