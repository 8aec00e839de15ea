import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines, findProgram, runChild } from './child.mjs'
import { SetupError } from './errors.mjs'
import { wheelTags } from './recipe.mjs'
import { hashFile } from './unpack.mjs'

/** Half downloads lie in folders of this prefix, one an attempt; a later attempt removes them. */
const ATTEMPT = 'fetch-'
/** How often a download's growth is looked at, ms. */
const WATCH = 200

/** @typedef {import('./recipe.mjs').Wheel} Wheel */

/**
 * Makes sure a wheel is at hand and is the right one.
 * @param {Wheel} wheel
 * @param {object} options
 * @param {string} options.folder where fetched wheels are kept; a wheel in it was verified before it came there
 * @param {string | null} options.wheelsFolder a folder of wheels to take it from, in place of pip
 * @param {(bytes: number) => void} options.onBytes bytes of this wheel that have arrived
 * @param {AbortSignal | undefined} options.signal
 * @returns {Promise<string>} its path
 */
export async function obtainWheel(wheel, { folder, wheelsFolder, onBytes, signal }) {
  const kept = join(folder, wheel.file)
  if (statSync(kept, { throwIfNoEntry: false })?.size === wheel.bytes) {
    onBytes(wheel.bytes)
    return kept
  }
  if (wheelsFolder !== null) {
    const given = join(wheelsFolder, wheel.file)
    if (!existsSync(given))
      throw new SetupError(
        `${wheelsFolder} does not hold ${wheel.file}.`,
        'Put that wheel there, or unset HRM_LAB_WHEELS to fetch it with pip.',
      )
    await verify(wheel, given, signal)
    onBytes(wheel.bytes)
    return given
  }
  mkdirSync(folder, { recursive: true })
  for (const name of readdirSync(folder))
    if (name.startsWith(ATTEMPT)) rmSync(join(folder, name), { recursive: true, force: true })
  const attempt = mkdtempSync(join(folder, ATTEMPT))
  try {
    await pipDownload(wheel, attempt, onBytes, signal)
    const fetched = join(attempt, wheel.file)
    if (!existsSync(fetched))
      throw new SetupError(`pip fetched ${readdirSync(attempt).join(', ')} in place of ${wheel.file}.`, indexHint)
    await verify(wheel, fetched, signal)
    renameSync(fetched, kept)
    return kept
  } finally {
    rmSync(attempt, { recursive: true, force: true })
  }
}

const indexHint = 'Check your package index (pip config list), or give the wheel in a folder with HRM_LAB_WHEELS.'

/** @param {Wheel} wheel @param {string} path @param {AbortSignal | undefined} signal */
async function verify(wheel, path, signal) {
  const found = await hashFile(path, signal)
  if (found !== wheel.sha256)
    throw new SetupError(
      `${path} is not the wheel that was tested: its SHA-256 is ${found}, not ${wheel.sha256}.`,
      'Remove it and try again; if it stays so, your package index serves another file.',
    )
}

/** How to call a Python that has pip: program and first arguments. @type {readonly [string, ...string[]][]} */
const pythons = process.platform === 'win32' ? [['py', '-3'], ['python'], ['python3']] : [['python3'], ['python']]

/**
 * A Python with pip.
 * @param {AbortSignal | undefined} signal
 * @returns {Promise<{program: string, args: string[]}>}
 */
export async function findPip(signal) {
  let found = null
  for (const [name, ...args] of pythons) {
    const program = findProgram([name])
    if (!program) continue
    found ??= program
    const { code } = await runChild(program, [...args, '-m', 'pip', '--version'], { signal })
    if (code === 0) return { program, args }
  }
  throw found
    ? new SetupError(
        `${found} has no pip, which fetches TensorFlow.`,
        'Install pip (Debian, Ubuntu: apt install python3-pip; elsewhere: python3 -m ensurepip), or give the wheels in a folder with HRM_LAB_WHEELS.',
      )
    : new SetupError(
        'Python 3 was not found; its pip fetches TensorFlow.',
        'Install Python 3 with pip, or give the wheels in a folder with HRM_LAB_WHEELS.',
      )
}

/**
 * Fetches one wheel with pip, so that the person's own index, proxy and certificates hold. pip writes the growing file to
 * TMPDIR, then to the target: both lie in `attempt`, whose largest file tells how far it is.
 * @param {Wheel} wheel @param {string} attempt @param {(bytes: number) => void} onBytes @param {AbortSignal | undefined} signal
 */
async function pipDownload(wheel, attempt, onBytes, signal) {
  const pip = await findPip(signal)
  const temporary = mkdtempSync(join(attempt, 'tmp-'))
  const watch = setInterval(() => onBytes(Math.min(largestFile(attempt), wheel.bytes)), WATCH)
  // Tags are named so that any Python's pip takes these wheels, which only their libraries and headers are wanted of.
  const args = ['-m', 'pip', 'download', '--no-deps', '--only-binary=:all:', '--no-cache-dir']
  args.push('--disable-pip-version-check', '--no-input', '--progress-bar', 'off', '-d', attempt)
  args.push(
    '--platform',
    wheelTags(wheel).platform,
    '--python-version',
    '3.12',
    '--implementation',
    'cp',
    '--abi',
    'cp312',
  )
  args.push(`${wheel.name}==${wheel.version}`)
  try {
    const env = { ...process.env, TMPDIR: temporary, TEMP: temporary, TMP: temporary }
    const { code, stdout, stderr } = await runChild(pip.program, [...pip.args, ...args], { env, signal })
    if (code !== 0) {
      const said = `${stdout}\n${stderr}`
      if (/No space left|Errno 28/i.test(said)) throw Object.assign(new Error('disk full'), { code: 'ENOSPC' })
      throw new SetupError(`pip could not fetch ${wheel.name} ${wheel.version}:\n${lastLines(said)}`, pipHint(said))
    }
  } finally {
    clearInterval(watch)
  }
}

/** @param {string} said pip's output */
function pipHint(said) {
  if (/NewConnectionError|ConnectTimeout|NameResolution|ProxyError|Temporary failure|Max retries/i.test(said))
    return 'Check the network and proxy settings, or give the wheels in a folder with HRM_LAB_WHEELS.'
  return indexHint
}

/** Size of the largest file below a folder; 0 while there is none. @param {string} folder @returns {number} */
function largestFile(folder) {
  let largest = 0
  try {
    for (const item of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, item.name)
      largest = Math.max(largest, item.isDirectory() ? largestFile(path) : statSync(path).size)
    }
  } catch {
    // pip moves and removes its files while they are looked at; the next look sees the rest.
  }
  return largest
}
