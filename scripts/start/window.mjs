import { join } from 'node:path'
import { exclusively } from '../engine-setup/mutex.mjs'
import { cacheFolder, nodeBinary, packageRoot } from '../engine-setup/paths.mjs'
import { asElectron, findElectron, hasScreen, packageVersion, sandboxProblem } from './electron.mjs'
import { fetchElectron } from './electron-fetch.mjs'

/** @typedef {import('./prepare.mjs').Reporter} Reporter */

/**
 * How the window is shown.
 * @typedef {{electron: string} | {serve: string}} Way electron: its binary; serve: the line that says why it is a server
 */

/**
 * Chooses between Electron and the server shell, fetching Electron once where that may help.
 * @param {Reporter} reporter @param {AbortSignal} signal
 * @returns {Promise<Way>}
 * @throws {import('../engine-setup/errors.mjs').SetupError} when a person named a binary that is not there
 */
export async function windowWay(reporter, signal) {
  const place = { root: packageRoot(), env: process.env, platform: process.platform }
  if (!hasScreen(place))
    return {
      serve: 'There is no screen here (DISPLAY is not set), so the window is served: open its link in a browser.',
    }
  const found = findElectron(place)
  if (found?.chosen) return { electron: found.binary }
  const sandbox = place.platform === 'linux' ? sandboxProblem(found?.binary ?? null) : null
  if (sandbox) return inBrowser(sandbox)
  if (found) return { electron: found.binary }
  const problem = await fetchOnce(place.root, reporter, signal)
  const fetched = problem === null ? findElectron(place) : null
  if (fetched) return { electron: fetched.binary }
  return inBrowser(
    `Electron could not be fetched (${problem ?? 'it is not where it should be'}; npx install-electron tries again)`,
  )
}

/** @param {string} why @returns {Way} */
const inBrowser = (why) => ({ serve: `The window opens in the browser: ${why}.` })

/**
 * @param {string} root @param {Reporter} reporter @param {AbortSignal} signal
 * @returns {Promise<string | null>} why it could not be had
 */
async function fetchOnce(root, reporter, signal) {
  const version = packageVersion(root)
  if (version === null) return 'its package is not installed'
  /** @param {number} pid */
  const onWait = (pid) => reporter.line(`Waiting: another start (process ${pid}) is fetching Electron.`)
  const line = progressLine(process.stderr)
  try {
    return await exclusively(
      join(root, 'out', '.electron.lock'),
      (held) =>
        fetchElectron({
          script: join(root, 'node_modules', 'electron', 'install.js'),
          node: nodeBinary(root),
          version,
          cache: cacheFolder(),
          show: line.show,
          signal: held,
        }),
      { onWait, signal },
    )
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (signal.aborted || code === undefined) throw error
    return `the lab’s folder ${root} cannot be written: ${code}`
  } finally {
    line.close()
  }
}

/** On a terminal a line that is rewritten, elsewhere its first words only. @param {NodeJS.WriteStream} stream */
function progressLine(stream) {
  let begun = false
  return {
    show: (/** @type {string} */ text) => {
      if (stream.isTTY) stream.write(`\r\x1b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`)
      else if (!begun) stream.write(`${text}\n`)
      begun = true
    },
    close: () => {
      if (begun && stream.isTTY) stream.write('\n')
    },
  }
}

/** What to run for a way. @param {Way} way @param {string[]} args options, no command */
export function programOf(way, args) {
  const root = packageRoot()
  if ('electron' in way) return { program: way.electron, args: [root, ...args], env: asElectron(process.env) }
  return { program: nodeBinary(root), args: [join(root, 'out', 'main', 'cli.js'), ...args, 'serve'], env: process.env }
}
