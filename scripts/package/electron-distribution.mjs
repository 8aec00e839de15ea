import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SetupError } from '../engine-setup/errors.mjs'
import { cacheFolder, nodeBinary } from '../engine-setup/paths.mjs'
import { fetchElectron } from '../start/electron-fetch.mjs'
import { findElectron, packageVersion } from '../start/electron.mjs'

/**
 * Electron's files as electron-builder copies them.
 * @typedef {object} Distribution
 * @property {string} folder
 * @property {string} version
 * @property {string | null} missing why its binary is not among them; null when it is
 */

/**
 * Electron's distribution: the one a person names or the package's own, fetched where it can be. Where it cannot, on Linux,
 * a place-holder that says so, for the rest of the application to be built around.
 * @param {{root: string, work: string, show: (text: string) => void, signal: AbortSignal}} options work: for the place-holder
 * @returns {Promise<Distribution>}
 * @throws {SetupError} elsewhere, with the reason and the way out
 */
export async function electronDistribution({ root, work, show, signal }) {
  const version = packageVersion(root)
  if (version === null) throw new SetupError('The electron package is not installed.', 'Run npm ci (npm start does).')
  // A system's Electron is spread over the system: only a folder of its own can be copied.
  const place = { root, env: { ...process.env, PATH: '' }, platform: process.platform }
  let found = findElectron(place)
  let missing = 'it was not fetched'
  if (!found) {
    const script = join(root, 'node_modules', 'electron', 'install.js')
    missing =
      (await fetchElectron({ script, node: nodeBinary(root), version, cache: cacheFolder(), show, signal })) ?? missing
    found = findElectron(place)
  }
  if (found) return { ...distributionOf(found.binary, version), missing: null }
  if (process.platform !== 'linux')
    throw new SetupError(
      `The application needs Electron's binary: ${missing}.`,
      'Fetch it with npx install-electron, or name one in HRM_LAB_ELECTRON.',
    )
  return { folder: placeHolder(join(work, 'electron'), version), version, missing }
}

/** @param {string} binary @param {string} version the package's, where the distribution does not tell */
function distributionOf(binary, version) {
  // On macOS the binary lies in Electron.app/Contents/MacOS.
  const folder = process.platform === 'darwin' ? join(dirname(binary), '..', '..', '..') : dirname(binary)
  const file = join(folder, 'version')
  return { folder, version: existsSync(file) ? readFileSync(file, 'utf8').trim().replace(/^v/, '') : version }
}

/**
 * What stands where Electron's files would be.
 * @param {string} folder @param {string} version
 * @returns {string} the folder
 */
function placeHolder(folder, version) {
  mkdirSync(join(folder, 'resources'), { recursive: true })
  const says = `echo "HRM Lab: this package was built without Electron's binary (electron ${version}) and cannot start." >&2`
  const program = join(folder, 'electron')
  writeFileSync(program, `#!/bin/sh\n${says}\nexit 1\n`)
  chmodSync(program, 0o755)
  writeFileSync(join(folder, 'version'), version)
  for (const license of ['LICENSE', 'LICENSES.chromium.html']) writeFileSync(join(folder, license), '')
  return folder
}
