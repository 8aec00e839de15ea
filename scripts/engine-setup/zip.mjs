import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createInflateRaw } from 'node:zlib'
import { SetupError } from './errors.mjs'

/**
 * A reader for what wheels are: zip files, stored or deflated, over 4 GB too. Streams members to disk, so memory stays
 * flat. After the ZIP specification (APPNOTE 6.3), sections 4.3.7, 4.3.12, 4.3.14-16 and 4.5.3.
 *
 * @typedef {object} ZipEntry
 * @property {string} name path inside the zip, with forward slashes
 * @property {number} method 0 stored, 8 deflated
 * @property {number} packed bytes in the zip
 * @property {number} bytes bytes when unpacked
 * @property {number} offset of its local header
 * @property {boolean} executable
 */

const END = 0x06054b50
const END64 = 0x06064b50
const END64_LOCATOR = 0x07064b50
const CENTRAL = 0x02014b50
const LOCAL = 0x04034b50
/** The end record's 22 bytes plus the longest comment. */
const END_SEARCH = 22 + 0xffff
/** A 32-bit field that says: look in the zip64 record. */
const IN_ZIP64 = 0xffffffff

/** @param {import('node:fs/promises').FileHandle} file @param {number} position @param {number} length */
async function read(file, position, length) {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, position)
  if (bytesRead !== length) throw new RangeError('the file ends too early')
  return buffer
}

/**
 * Where the central directory lies.
 * @param {import('node:fs/promises').FileHandle} file
 * @returns {Promise<{start: number, length: number}>}
 */
async function findDirectory(file) {
  const { size } = await file.stat()
  const from = Math.max(0, size - END_SEARCH)
  const tail = await read(file, from, size - from)
  let at = tail.length - 22
  while (at >= 0 && tail.readUInt32LE(at) !== END) at--
  if (at < 0) throw new RangeError('it has no zip directory')
  const length = tail.readUInt32LE(at + 12)
  const start = tail.readUInt32LE(at + 16)
  if (start !== IN_ZIP64 && length !== IN_ZIP64) return { start, length }
  if (at < 20 || tail.readUInt32LE(at - 20) !== END64_LOCATOR) throw new RangeError('its zip64 locator is missing')
  const end64 = await read(file, Number(tail.readBigUInt64LE(at - 20 + 8)), 56)
  if (end64.readUInt32LE(0) !== END64) throw new RangeError('its zip64 directory is damaged')
  return { start: Number(end64.readBigUInt64LE(48)), length: Number(end64.readBigUInt64LE(40)) }
}

/**
 * Sizes and offset of one directory record; those too large for 32 bits stand in its zip64 extra field, in this order.
 * @param {Buffer} record @param {Buffer} extra
 */
function extents(record, extra) {
  const values = { bytes: record.readUInt32LE(24), packed: record.readUInt32LE(20), offset: record.readUInt32LE(42) }
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue
    let field = at + 4
    for (const name of /** @type {const} */ (['bytes', 'packed', 'offset'])) {
      if (values[name] !== IN_ZIP64) continue
      values[name] = Number(extra.readBigUInt64LE(field))
      field += 8
    }
  }
  return values
}

/**
 * The files in a zip (folders are left out).
 * @param {string} path
 * @returns {Promise<ZipEntry[]>}
 * @throws {SetupError} when it is no whole zip file, or a name leads out of the folder it is unpacked to
 */
export async function listZip(path) {
  const file = await open(path, 'r')
  try {
    const { start, length } = await findDirectory(file)
    const directory = await read(file, start, length)
    /** @type {ZipEntry[]} */
    const entries = []
    for (let at = 0; at < directory.length;) {
      const record = directory.subarray(at)
      if (record.readUInt32LE(0) !== CENTRAL) throw new RangeError('its zip directory is damaged')
      const nameEnd = 46 + record.readUInt16LE(28)
      const extraEnd = nameEnd + record.readUInt16LE(30)
      const name = record.toString('utf8', 46, nameEnd)
      // The high half of the external attributes is the Unix mode.
      const mode = record.readUInt32LE(38) >>> 16
      const method = record.readUInt16LE(10)
      if (name.startsWith('/') || /^[a-z]:|\\/i.test(name) || name.split('/').includes('..'))
        throw new RangeError(`the name ${name} leads out of the folder`)
      if (!name.endsWith('/'))
        entries.push({
          name,
          method,
          executable: (mode & 0o111) !== 0,
          ...extents(record, record.subarray(nameEnd, extraEnd)),
        })
      at += extraEnd + record.readUInt16LE(32)
    }
    return entries
  } catch (cause) {
    if (cause instanceof RangeError)
      throw new SetupError(`${path} cannot be unpacked: ${cause.message}.`, null, { cause })
    throw cause
  } finally {
    await file.close()
  }
}

/**
 * Unpacks one file.
 * @param {string} path the zip
 * @param {ZipEntry} entry
 * @param {string} target
 * @param {{onBytes?: ((bytes: number) => void) | undefined, signal?: AbortSignal | undefined, flush?: boolean}} [options]
 *   onBytes: called with the size of each piece written; flush: to disk before going on (the default)
 * @returns {Promise<string>} SHA-256 of what was written, hex
 */
export async function unpackEntry(path, entry, target, { onBytes, signal, flush = true } = {}) {
  if (entry.method !== 0 && entry.method !== 8)
    throw new SetupError(`${path}: ${entry.name} is packed by method ${entry.method}, which no wheel uses.`)
  const file = await open(path, 'r')
  const header = await read(file, entry.offset, 30).finally(() => file.close())
  if (header.readUInt32LE(0) !== LOCAL) throw new SetupError(`${path} is damaged at ${entry.name}.`)
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28)
  const hash = createHash('sha256')
  let bytes = 0
  const count = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      onBytes?.(chunk.length)
      done(null, chunk)
    },
  })
  await mkdir(dirname(target), { recursive: true })
  const out = createWriteStream(target, { flush, highWaterMark: 1 << 20 })
  if (entry.packed === 0) await pipeline([], count, out)
  else {
    const source = createReadStream(path, { start, end: start + entry.packed - 1, highWaterMark: 1 << 20 })
    const options = signal ? { signal } : {}
    if (entry.method === 0) await pipeline(source, count, out, options)
    else await pipeline(source, createInflateRaw({ chunkSize: 1 << 18 }), count, out, options)
  }
  if (bytes !== entry.bytes)
    throw new SetupError(`${path}: ${entry.name} has ${bytes} bytes instead of ${entry.bytes}.`)
  if (entry.executable) await chmod(target, 0o755)
  return hash.digest('hex')
}
