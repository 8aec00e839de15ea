import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { throwIfAborted } from './errors.mjs'

/** A holder touches its lock this often, ms. */
const HEARTBEAT = 5_000
/** A lock not touched for so long is nobody's, even where its process id lives on (reused, or on another host), ms. */
const STALE_AFTER = 60_000
/** How often a waiter looks, ms. */
const POLL = 300

/** @typedef {{text: string, pid: number, host: string, age: number}} Holder */

/** Who holds the lock file, or null where there is none. @param {string} file @returns {Holder | null} */
function holderOf(file) {
  try {
    const text = readFileSync(file, 'utf8')
    const [pid = '', host = ''] = text.split(' ')
    return { text, pid: Number(pid), host, age: Date.now() - statSync(file).mtimeMs }
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null
    throw error
  }
}

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}

/** @param {Holder} holder */
function stale(holder) {
  // An empty file: its writer is between creating and writing it, or was killed there.
  if (holder.text === '') return holder.age > HEARTBEAT
  if (holder.host === hostname() && !alive(holder.pid)) return true
  return holder.age > STALE_AFTER
}

/** Creates a file with this text if there is none. @param {string} file @param {string} text @returns {boolean} */
function create(file, text) {
  try {
    writeFileSync(file, text, { flag: 'wx' })
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false
    throw error
  }
}

/**
 * Removes a dead holder's lock. Two waiters may find it dead at once, and the slower must not remove the faster one's new
 * lock: so only one of them, who holds the reaper file, looks again and removes.
 * @param {string} file @param {Holder} dead
 */
function reap(file, dead) {
  const reaper = `${file}.reaper`
  if (!create(reaper, String(process.pid))) {
    if ((holderOf(reaper)?.age ?? 0) > HEARTBEAT) rmSync(reaper, { force: true })
    return
  }
  try {
    if (holderOf(file)?.text === dead.text) rmSync(file, { force: true })
  } finally {
    rmSync(reaper, { force: true })
  }
}

/**
 * Does `work` while holding a lock file, so that only one process at a time does it; waits for the lock as long as it takes.
 * A lock whose process died is taken over. `work` gets a signal that aborts when the caller's does, or when the lock was
 * lost (this process slept for so long that another took over).
 * @template T
 * @param {string} file
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @param {{onWait?: ((pid: number) => void) | undefined, signal?: AbortSignal | undefined}} [options] onWait: called
 *   once, with the holder's process id, when there is one to wait for
 * @returns {Promise<T>}
 */
export async function exclusively(file, work, { onWait, signal } = {}) {
  mkdirSync(dirname(file), { recursive: true })
  const text = `${process.pid} ${hostname()} ${randomUUID()}`
  let told = false
  while (!create(file, text)) {
    throwIfAborted(signal)
    const holder = holderOf(file)
    if (!holder) continue
    if (stale(holder)) reap(file, holder)
    else if (!told) {
      told = true
      onWait?.(holder.pid)
    }
    await delay(POLL)
  }
  const lost = new AbortController()
  const heartbeat = setInterval(() => {
    if (holderOf(file)?.text === text) utimesSync(file, new Date(), new Date())
    else lost.abort(new Error(`Another process took the lock ${file} over while this one slept.`))
  }, HEARTBEAT)
  heartbeat.unref()
  try {
    return await work(signal ? AbortSignal.any([signal, lost.signal]) : lost.signal)
  } finally {
    clearInterval(heartbeat)
    if (holderOf(file)?.text === text) rmSync(file, { force: true })
  }
}
