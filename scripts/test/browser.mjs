/** Where the browser for the window's tests comes from: HRM_LAB_BROWSER, the system, Playwright's cache, or Debian's package. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { SetupError } from '../engine-setup/errors.mjs'
import { formatSeconds } from '../engine-setup/report.mjs'
import { runQuietly } from '../start/packages.mjs'

/** @typedef {ReturnType<typeof import('../engine-setup/report.mjs').createReporter>} Reporter */
/**
 * The machine, as far as the search looks at it.
 * @typedef {object} Machine
 * @property {NodeJS.Platform} platform
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {string} home the person's folder
 * @property {(path: string) => boolean} exists
 * @property {(folder: string) => string[]} list names in a folder; none where it is not there
 */

/** @type {Machine} */
const thisMachine = {
  platform: process.platform,
  env: process.env,
  home: homedir(),
  exists: existsSync,
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
}

const HOW =
  'Install Chrome or Chromium, or fetch one with `npx playwright-core install chromium`, or name one in HRM_LAB_BROWSER.'

/**
 * Finds a Chrome or Chromium.
 * @param {Machine} [machine]
 * @returns {string | null} path of its program
 * @throws {SetupError} when HRM_LAB_BROWSER names a file that is not there
 */
export function findBrowser(machine = thisMachine) {
  const { env, exists } = machine
  const chosen = env['HRM_LAB_BROWSER']
  if (chosen) {
    if (exists(chosen)) return chosen
    throw new SetupError(`HRM_LAB_BROWSER names ${chosen}, which is not there.`, 'Correct it, or unset it.')
  }
  return [...systemPlaces(machine), ...cachePlaces(machine)].find(exists) ?? null
}

/** Where systems put Chrome and Chromium. @param {Machine} machine @returns {string[]} */
function systemPlaces({ platform, env, home }) {
  if (platform === 'darwin')
    return ['/', home].flatMap((root) => [
      join(root, 'Applications/Google Chrome.app/Contents/MacOS/Google Chrome'),
      join(root, 'Applications/Chromium.app/Contents/MacOS/Chromium'),
    ])
  if (platform === 'win32')
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) => {
      const root = env[name]
      return root
        ? [join(root, 'Google/Chrome/Application/chrome.exe'), join(root, 'Chromium/Application/chrome.exe')]
        : []
    })
  const names = ['google-chrome-stable', 'google-chrome', 'chromium', 'chromium-browser']
  const folders = (env['PATH'] ?? '').split(delimiter).filter(Boolean)
  return names.flatMap((name) => [...folders, '/usr/bin'].map((folder) => join(folder, name)))
}

/** What `playwright install` fetched, the newest first. @param {Machine} machine @returns {string[]} */
function cachePlaces({ platform, env, home, list }) {
  const places = {
    darwin: join(home, 'Library/Caches/ms-playwright'),
    win32: join(env['LOCALAPPDATA'] ?? join(home, 'AppData/Local'), 'ms-playwright'),
  }
  const cache =
    env['PLAYWRIGHT_BROWSERS_PATH'] ??
    (platform === 'darwin' || platform === 'win32' ? places[platform] : join(home, '.cache/ms-playwright'))
  const programs = {
    darwin: ['Chromium', 'Google Chrome for Testing'].flatMap((name) =>
      ['chrome-mac', 'chrome-mac-arm64', 'chrome-mac-x64'].map((folder) =>
        join(folder, `${name}.app/Contents/MacOS`, name),
      ),
    ),
    win32: ['chrome-win/chrome.exe', 'chrome-win64/chrome.exe'],
  }
  const tails =
    platform === 'darwin' || platform === 'win32'
      ? programs[platform]
      : ['chrome-linux/chrome', 'chrome-linux64/chrome']
  const versions = list(cache)
    .filter((name) => /^chromium-\d+$/.test(name))
    .sort((a, b) => Number(b.slice(9)) - Number(a.slice(9)))
  return versions.flatMap((version) => tails.map((tail) => join(cache, version, tail)))
}

/**
 * Finds a browser, and installs Debian's where there is none and this is root on Debian.
 * @param {Reporter} reporter @param {AbortSignal} signal
 * @returns {Promise<string>} path of its program
 * @throws {SetupError} saying why there is none and how to get one
 */
export async function provideBrowser(reporter, signal) {
  const found = findBrowser()
  if (found) return found
  if (!debianRoot()) throw new SetupError('No Chrome or Chromium was found.', HOW)
  const start = Date.now()
  reporter.line('Installing Chromium for the window’s tests (apt-get) …')
  const install = ['-qq', '-y', '--no-install-recommends', 'install', 'chromium']
  const code =
    (await runQuietly('apt-get', install, '/', signal)) === 0 ||
    // A fresh container has no list of packages yet.
    ((await runQuietly('apt-get', ['-qq', 'update'], '/', signal)) === 0 &&
      (await runQuietly('apt-get', install, '/', signal)) === 0)
  const installed = code ? findBrowser() : null
  if (!installed) throw new SetupError('No Chrome or Chromium was found, and apt-get could not install one.', HOW)
  reporter.line(`Chromium installed in ${formatSeconds((Date.now() - start) / 1000)}.`)
  return installed
}

/** Whether this is root on Debian itself: elsewhere the package is a stub, or has another name. */
function debianRoot() {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const release = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^ID=debian$/m.test(release) && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0
}
