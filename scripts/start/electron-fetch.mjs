import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { formatBytes } from '../engine-setup/report.mjs'

/** A failed fetch is not tried again for so long, ms: later starts must not wait for it. */
const REMEMBERED = 24 * 3_600_000

/**
 * Limits, ms. quiet: without a byte while fetching; whole: for all of the fetching; unpack: without a byte while unpacking.
 * @typedef {{quiet: number, whole: number, unpack: number}} Limits
 */
/** @type {Limits} */
const LIMITS = { quiet: 10_000, whole: 240_000, unpack: 120_000 }
/** How often the bytes are counted, ms. */
const POLL = 250

/**
 * @typedef {object} Fetching
 * @property {string} script the electron package's own install.js
 * @property {string} node program to run it with
 * @property {string} version
 * @property {string} cache the lab's cache folder
 * @property {(text: string) => void} show told how far it is
 * @property {AbortSignal} signal
 * @property {Limits} [limits]
 */

/**
 * Fetches Electron's binary with the package's own script. A failure is remembered for a day.
 * @param {Fetching} fetching
 * @returns {Promise<string | null>} why it could not be had, in a few words; null when it was
 * @throws the signal's reason when aborted
 */
export async function fetchElectron(fetching) {
  const { version, cache, signal } = fetching
  const memory = join(cache, 'electron-fetch.json')
  const before = recall(memory, version)
  if (before) return before
  /** @type {string | null} */
  let folder = null
  try {
    mkdirSync(cache, { recursive: true })
    folder = mkdtempSync(join(cache, 'electron-'))
    const problem = await runScript(fetching, folder)
    if (problem) writeFileSync(memory, JSON.stringify({ version, time: Date.now(), problem }))
    else rmSync(memory, { force: true })
    return problem
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error)
    if (signal.aborted || code === undefined) throw error
    return `the cache folder ${cache} cannot be written: ${code}`
  } finally {
    if (folder) rmSync(folder, { recursive: true, force: true })
  }
}

/** @param {string} file @param {string} version @returns {string | null} the reason of a failure less than a day ago */
function recall(file, version) {
  try {
    const { version: tried, time, problem } = JSON.parse(readFileSync(file, 'utf8'))
    const age = Date.now() - time
    return tried === version && age >= 0 && age < REMEMBERED ? String(problem) : null
  } catch {
    return null // Never tried, or nothing one can read: it is tried.
  }
}

/**
 * Runs the script with `folder` as its temporary folder, so that its bytes can be counted and are gone afterwards.
 * @param {Fetching} fetching @param {string} folder
 * @returns {Promise<string | null>}
 */
function runScript({ script, node, version, show, signal, limits = LIMITS }, folder) {
  const env = { ...process.env, TMPDIR: folder, TMP: folder, TEMP: folder, ELECTRON_GET_NO_PROGRESS: '1' }
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const child = spawn(node, [script], { env, stdio: ['ignore', 'ignore', 'pipe'] })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (text) => (said = (said + text).slice(-8_000)))
    const watch = new Watch(limits)
    /** @type {string | null} */
    let late = null
    const end = () => child.kill('SIGKILL')
    const timer = setInterval(() => {
      const bytes = bytesIn(folder) + bytesIn(join(dirname(script), 'dist'))
      late = watch.late(bytes, Date.now())
      if (late) end()
      else show(`Fetching Electron ${version} (about 120 MB): ${watch.unpacking ? 'unpacking' : formatBytes(bytes)}`)
    }, POLL)
    signal.addEventListener('abort', end, { once: true })
    const finish = () => {
      clearInterval(timer)
      signal.removeEventListener('abort', end)
    }
    child.on('error', (error) => {
      finish()
      resolve(error.message)
    })
    child.on('close', (code) => {
      finish()
      if (signal.aborted) reject(signal.reason)
      else resolve(code === 0 && !late ? null : (late ?? shortReason(said, code)))
    })
  })
}

/** Tells when a fetch takes too long. */
class Watch {
  /** @param {Limits} limits */
  constructor(limits) {
    this.limits = limits
    this.start = Date.now()
    this.last = { bytes: 0, time: this.start }
    /** The file has left the temporary folder: it was fetched and is unpacked. */
    this.unpacking = false
  }

  /** @param {number} bytes @param {number} now ms @returns {string | null} what took too long */
  late(bytes, now) {
    if (bytes < this.last.bytes) this.unpacking = true
    if (bytes !== this.last.bytes) this.last = { bytes, time: now }
    const { quiet, whole, unpack } = this.limits
    if (this.unpacking) return now - this.last.time > unpack ? 'unpacking it took too long' : null
    if (now - this.last.time > quiet) return `no data came for ${Math.round(quiet / 1000)} s`
    return now - this.start > whole ? `it was not there within ${Math.round(whole / 60_000)} min` : null
  }
}

/** @param {string} folder @returns {number} */
function bytesIn(folder) {
  let sum = 0
  try {
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) sum += statSync(join(entry.parentPath, entry.name)).size
  } catch {
    // Not there yet, or going while it is counted: the next count is right.
  }
  return sum
}

/**
 * The few words of the script's text that tell a person most. (It prints the error, but not the cause below it.)
 * @param {string} said @param {number | null} code exit status
 */
export function shortReason(said, code) {
  if (/fetch failed/.test(said)) return 'its download server cannot be reached'
  const found = /Response code \d+ \([^)]*\)/.exec(said)?.[0] ?? /Error: ([^\n]+)/.exec(said)?.[1]
  return found?.slice(0, 120).trim() ?? `its script ended with status ${code}`
}
