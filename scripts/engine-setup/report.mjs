/**
 * Progress for people: on a terminal one line that is rewritten, with bytes, rate and time left; elsewhere a plain line at
 * each step's start and every few seconds.
 */

/** A plain line about the same thing at most this often, ms. */
const PLAIN_EVERY = 5_000
/** The terminal's line at most this often, ms. */
const TERMINAL_EVERY = 100
/** The rate is that of the last so many ms. */
const RATE_WINDOW = 10_000

/** @type {Record<import('./install.mjs').SetupProgress['step'], string>} */
const verbs = {
  wait: 'Waiting',
  fetch: 'Fetching',
  unpack: 'Unpacking',
  compile: 'Compiling the binding',
  'self-test': 'Testing the engine',
}

/** @param {number} bytes */
export function formatBytes(bytes) {
  if (bytes >= 1e9) return `${(bytes / 1e9).toFixed(2)} GB`
  return bytes >= 1e6 ? `${Math.round(bytes / 1e6)} MB` : `${Math.round(bytes / 1e3)} kB`
}

/** @param {number} seconds */
export function formatSeconds(seconds) {
  const whole = Math.max(0, Math.round(seconds))
  return whole < 90 ? `${whole} s` : `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`
}

/** Bytes per second over the last few seconds. */
class Rate {
  /** @type {{time: number, done: number}[]} */
  #points = []

  /** @param {number} time ms @param {number} done bytes @returns {number | null} */
  add(time, done) {
    this.#points.push({ time, done })
    while (this.#points.length > 2 && time - (this.#points[0]?.time ?? time) > RATE_WINDOW) this.#points.shift()
    const first = this.#points[0]
    if (!first || time - first.time < 500) return null
    return ((done - first.done) / (time - first.time)) * 1000
  }
}

/**
 * @param {{isTTY?: boolean, columns?: number, write: (text: string) => unknown}} stream where to write, usually stderr
 * @param {() => number} [now] ms
 */
export function createReporter(stream, now = Date.now) {
  let step = ''
  let last = -Infinity
  let lineOpen = false
  let finished = false
  let rate = new Rate()

  /** Ends a rewritten line, so that other output begins on a fresh one. */
  const close = () => {
    if (lineOpen) stream.write('\n')
    lineOpen = false
  }

  /** One line of text. @param {string} text */
  const line = (text) => {
    close()
    stream.write(`${text}\n`)
  }

  /** @param {import('./install.mjs').SetupProgress} progress */
  const update = ({ step: name, detail, done, total }) => {
    const time = now()
    // One amount is one line, whatever file it is at; without an amount, other words are another line.
    const key = `${name} ${total ?? detail}`
    const begins = key !== step
    if (begins) {
      close()
      rate = new Rate()
    }
    step = key
    const speed = done === null ? null : rate.add(time, done)
    // The end of an amount is always shown, once.
    const over = done !== null && done === total
    const ends = over && !finished
    finished = over
    if (over && !ends && !begins) return
    if (!begins && !ends && time - last < (stream.isTTY ? TERMINAL_EVERY : PLAIN_EVERY)) return
    last = time
    // Amounts first: a narrow terminal cuts the end off.
    const text = `${verbs[name]}: ${[...amounts(done, total, speed), detail].join(' · ')}`
    if (!stream.isTTY) return line(text)
    stream.write(`\r\x1b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`)
    lineOpen = true
  }

  return { update, line, close }
}

/** @param {number | null} done @param {number | null} total @param {number | null} speed bytes per second */
function amounts(done, total, speed) {
  if (done === null || total === null || total === 0) return []
  const parts = [`${Math.floor((100 * done) / total)} %`, `${formatBytes(done)} of ${formatBytes(total)}`]
  if (speed !== null && speed > 0) parts.push(`${formatBytes(speed)}/s`)
  if (speed !== null && speed > 0 && done < total) parts.push(`${formatSeconds((total - done) / speed)} left`)
  return parts
}
