import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { delimiter, dirname, join, sep } from 'node:path'
import { SetupError } from '../engine-setup/errors.mjs'

/**
 * Where to look for Electron's binary.
 * @typedef {object} Place
 * @property {string} root the lab's folder
 * @property {NodeJS.ProcessEnv} env
 * @property {NodeJS.Platform} platform
 *
 * @typedef {object} Electron
 * @property {string} binary
 * @property {boolean} chosen a person named it, so it is not questioned
 */

/** Milliseconds for a binary to tell its version. */
const VERSION_TIMEOUT = 5_000

/** Whether this machine can show a window of its own. @param {Pick<Place, 'env' | 'platform'>} place */
export const hasScreen = ({ env, platform }) =>
  platform === 'darwin' || platform === 'win32' || Boolean(env['DISPLAY'] || env['WAYLAND_DISPLAY'])

/** Version of the electron package, or null where it is not installed. @param {string} root @returns {string | null} */
export function packageVersion(root) {
  const file = join(root, 'node_modules', 'electron', 'package.json')
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).version : null
}

/**
 * Electron's binary: the one a person names, the package's own once it was fetched, or a system one of the same major version.
 * @param {Place} place
 * @returns {Electron | null}
 * @throws {SetupError} when a person named one that is not there
 */
export function findElectron(place) {
  const binary = named(place)
  if (binary) return { binary, chosen: true }
  const found = installed(place.root) ?? systemElectron(place)
  return found ? { binary: found, chosen: false } : null
}

/** @param {Place} place @returns {string | null} */
function named({ env, platform }) {
  const dist = env['ELECTRON_OVERRIDE_DIST_PATH']
  const binary = env['HRM_LAB_ELECTRON'] || (dist && join(dist, executable(platform)))
  if (!binary) return null
  if (existsSync(binary)) return binary
  const variable = env['HRM_LAB_ELECTRON'] ? 'HRM_LAB_ELECTRON' : 'ELECTRON_OVERRIDE_DIST_PATH'
  throw new SetupError(`${variable} is set, but there is no ${binary}.`, 'Correct it, or start without it.')
}

/** Electron's name in its folder. @param {NodeJS.Platform} platform */
function executable(platform) {
  if (platform === 'darwin') return join('Electron.app', 'Contents', 'MacOS', 'Electron')
  return platform === 'win32' ? 'electron.exe' : 'electron'
}

/** What `install-electron` has put beside the package, unless it is of another version. @param {string} root @returns {string | null} */
function installed(root) {
  const folder = join(root, 'node_modules', 'electron')
  try {
    const name = readFileSync(join(folder, 'path.txt'), 'utf8').trim()
    const version = readFileSync(join(folder, 'dist', 'version'), 'utf8')
      .trim()
      .replace(/^v/, '')
    const binary = join(folder, 'dist', name)
    return version === packageVersion(root) && existsSync(binary) ? binary : null
  } catch {
    return null // It was never fetched.
  }
}

/**
 * An `electron` on the PATH of the package's major version. Those in node_modules are npm's wrappers, which would fetch one.
 * @param {Place} place @returns {string | null}
 */
function systemElectron({ root, env, platform }) {
  const major = packageVersion(root)?.split('.')[0]
  if (major === undefined) return null
  for (const folder of (env['PATH'] ?? '').split(delimiter).filter(Boolean)) {
    const file = join(folder, platform === 'win32' ? 'electron.exe' : 'electron')
    if (!runnable(file) || realpathSync(file).split(sep).includes('node_modules')) continue
    const { stdout } = spawnSync(file, ['--version'], {
      encoding: 'utf8',
      timeout: VERSION_TIMEOUT,
      env: asElectron(env),
    })
    if (/^v?(\d+)\./.exec(String(stdout).trim())?.[1] === major) return file
  }
  return null
}

/** @param {string} file */
function runnable(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false // not there, or not for us
  }
}

/** The environment without what would make Electron's binary run as plain Node (terminals inside Electron apps set it). @param {NodeJS.ProcessEnv} env */
export function asElectron({ ELECTRON_RUN_AS_NODE: _, ...env }) {
  return env
}

/**
 * Why Electron's sandbox cannot start on this Linux, or null. The lab never runs Electron without it.
 * @param {string | null} binary null: the one that would be fetched
 * @param {{uid: number, read: (file: string) => string | null}} [system] read: a kernel setting, null where there is none
 * @returns {string | null}
 */
export function sandboxProblem(binary, { uid, read } = { uid: process.getuid?.() ?? -1, read: readSetting }) {
  if (uid === 0) return 'Electron does not run as root'
  if (binary && setuid(join(dirname(binary), 'chrome-sandbox'))) return null
  const closed =
    read('/proc/sys/kernel/unprivileged_userns_clone') === '0' ||
    read('/proc/sys/user/max_user_namespaces') === '0' ||
    read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1'
  return closed ? 'this system does not let Electron’s sandbox start (docs/architecture.md tells what to do)' : null
}

/** @param {string} file */
function setuid(file) {
  const stats = statSync(file, { throwIfNoEntry: false })
  return stats !== undefined && stats.uid === 0 && (stats.mode & constants.S_IRWXU) > 0 && (stats.mode & 0o4000) !== 0
}

/** @param {string} file @returns {string | null} */
function readSetting(file) {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return null // This kernel has no such setting.
  }
}
