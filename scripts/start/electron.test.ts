import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { asElectron, findElectron, hasScreen, sandboxProblem } from './electron.mjs'
import { fetchElectron, shortReason } from './electron-fetch.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-lab-electron-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text: string, mode = 0o644): string {
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  writeFileSync(file, text)
  chmodSync(file, mode)
  return file
}

const place = (env: NodeJS.ProcessEnv = {}) => ({ root: folder, env, platform: 'linux' as const })
const electronPackage = () => write('node_modules/electron/package.json', '{"version":"45.4.1"}')
/** A program that says it is Electron of this version. */
const program = (path: string, version: string) => write(path, `#!/bin/sh\necho ${version}\n`, 0o755)

describe('hasScreen', () => {
  it('asks for a display on Linux only', () => {
    expect(hasScreen({ platform: 'linux', env: {} })).toBe(false)
    expect(hasScreen({ platform: 'linux', env: { DISPLAY: '' } })).toBe(false)
    expect(hasScreen({ platform: 'linux', env: { DISPLAY: ':0' } })).toBe(true)
    expect(hasScreen({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' } })).toBe(true)
    expect(hasScreen({ platform: 'darwin', env: {} })).toBe(true)
    expect(hasScreen({ platform: 'win32', env: {} })).toBe(true)
  })
})

describe('findElectron', () => {
  it('finds none where there is none', () => {
    electronPackage()
    expect(findElectron(place({ PATH: join(folder, 'bin') }))).toBeNull()
  })

  it('takes the one that a person names, and says when it is not there', () => {
    const binary = write('mine/electron', '')
    expect(findElectron(place({ HRM_LAB_ELECTRON: binary }))).toEqual({ binary, chosen: true })
    expect(findElectron(place({ ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'mine') }))).toEqual({ binary, chosen: true })
    expect(() => findElectron(place({ HRM_LAB_ELECTRON: join(folder, 'gone') }))).toThrow(/HRM_LAB_ELECTRON is set/)
    expect(() => findElectron(place({ ELECTRON_OVERRIDE_DIST_PATH: folder }))).toThrow(/ELECTRON_OVERRIDE_DIST_PATH/)
  })

  it('takes what was fetched, unless it is of another version', () => {
    electronPackage()
    write('node_modules/electron/path.txt', 'electron')
    const binary = write('node_modules/electron/dist/electron', '')
    write('node_modules/electron/dist/version', '45.4.1')
    expect(findElectron(place())).toEqual({ binary, chosen: false })
    write('node_modules/electron/dist/version', '44.0.0')
    expect(findElectron(place())).toBeNull()
  })

  it.skipIf(process.platform === 'win32')('takes a system one of the same major version, never npm’s wrapper', () => {
    electronPackage()
    program('old/electron', 'v44.9.9')
    program('node_modules/electron/cli.js', 'v45.4.1')
    mkdirSync(join(folder, 'node_modules/.bin'))
    symlinkSync('../electron/cli.js', join(folder, 'node_modules/.bin/electron'))
    const folders = ['node_modules/.bin', 'nowhere', 'old', 'new'].map((name) => join(folder, name))
    const env = { PATH: folders.join(delimiter) }
    expect(findElectron(place(env))).toBeNull()
    const binary = program('new/electron', 'v45.0.2')
    expect(findElectron(place(env))).toEqual({ binary, chosen: false })
  })

  it('does not pass on what would make Electron run as Node', () => {
    expect(asElectron({ ELECTRON_RUN_AS_NODE: '1', HOME: '/home/me' })).toEqual({ HOME: '/home/me' })
  })
})

describe('sandboxProblem', () => {
  const system = (settings: Record<string, string>, uid = 1000) => ({
    uid,
    read: (file: string) => settings[file] ?? null,
  })

  it('refuses root, and systems where no user may make a namespace', () => {
    expect(sandboxProblem(null, system({}, 0))).toMatch(/root/)
    expect(sandboxProblem(null, system({}))).toBeNull()
    for (const [file, closed, open] of [
      ['/proc/sys/kernel/unprivileged_userns_clone', '0', '1'],
      ['/proc/sys/user/max_user_namespaces', '0', '60000'],
      ['/proc/sys/kernel/apparmor_restrict_unprivileged_userns', '1', '0'],
    ] as const) {
      expect(sandboxProblem(null, system({ [file]: closed }))).toMatch(/sandbox/)
      expect(sandboxProblem(null, system({ [file]: open }))).toBeNull()
    }
  })

  it('is content with a sandbox helper only when that is root’s and setuid', () => {
    const settings = { '/proc/sys/user/max_user_namespaces': '0' }
    const helper = write('dist/chrome-sandbox', '', 0o755)
    expect(sandboxProblem(join(folder, 'dist/electron'), system(settings))).toMatch(/sandbox/)
    if (process.getuid?.() !== 0) return
    chmodSync(helper, 0o4755)
    expect(sandboxProblem(join(folder, 'dist/electron'), system(settings))).toBeNull()
  })
})

describe('fetchElectron', () => {
  const fetching = (code: string, limits?: { quiet: number; whole: number; unpack: number }) => ({
    script: write('electron/install.mjs', code),
    node: process.execPath,
    version: '45.4.1',
    cache: join(folder, 'cache'),
    show: () => undefined,
    signal: new AbortController().signal,
    ...(limits ? { limits } : {}),
  })
  const RUNS = `import { appendFileSync } from 'node:fs'
appendFileSync(${JSON.stringify('RUNS')}, 'x')\n`
  const counted = (code: string) => RUNS.replace('"RUNS"', JSON.stringify(join(folder, 'runs'))) + code

  it('is content when the script is, and leaves nothing behind', async () => {
    const code = `import { writeFileSync } from 'node:fs'
writeFileSync(process.env.TMPDIR + '/electron.zip', 'bytes')`
    expect(await fetchElectron(fetching(code))).toBeNull()
    expect(readdirSync(join(folder, 'cache'))).toEqual([])
  })

  it('remembers a failure for a day, for this version', async () => {
    const failing = fetching(
      counted(`console.error('HTTPError: Response code 404 (Not Found) for x'); process.exit(1)`),
    )
    const problem = 'Response code 404 (Not Found)'
    const runs = () => readdirSync(folder).includes('runs')
    expect(await fetchElectron(failing)).toBe(problem)
    expect(runs()).toBe(true)
    rmSync(join(folder, 'runs'))
    expect(await fetchElectron(failing)).toBe(problem)
    expect(runs()).toBe(false)
    expect(await fetchElectron({ ...failing, version: '46.0.0' })).toBe(problem)
    expect(runs()).toBe(true)
    rmSync(join(folder, 'runs'))
    const yesterday = { version: '45.4.1', time: Date.now() - 25 * 3_600_000, problem }
    write('cache/electron-fetch.json', JSON.stringify(yesterday))
    await fetchElectron(failing)
    expect(runs()).toBe(true)
  })

  it('gives up when nothing comes', async () => {
    const limits = { quiet: 600, whole: 60_000, unpack: 60_000 }
    expect(await fetchElectron(fetching('setTimeout(() => {}, 60_000)', limits))).toBe('no data came for 1 s')
  })

  it('ends with the signal, and remembers nothing', async () => {
    const controller = new AbortController()
    const going = fetchElectron({ ...fetching('setTimeout(() => {}, 60_000)'), signal: controller.signal })
    const reason = new Error('Ctrl-C')
    setTimeout(() => controller.abort(reason), 300)
    await expect(going).rejects.toBe(reason)
    expect(readdirSync(join(folder, 'cache'))).toEqual([])
  })

  it('says in a few words why', () => {
    expect(shortReason('TypeError: fetch failed\n    at node:internal/deps', 1)).toMatch(/cannot be reached/)
    expect(shortReason('Error: Generated checksum did not match\n    at x', 1)).toBe('Generated checksum did not match')
    expect(shortReason('', 3)).toBe('its script ended with status 3')
  })
})
