/** Zip archives: the directory through yauzl, members by their place, so that decode workers read them on their own. */
import { open, type FileHandle } from 'node:fs/promises'
import { crc32, createInflateRaw, inflateRaw } from 'node:zlib'
import { promisify } from 'node:util'
import * as yauzl from 'yauzl'
import { LabError } from '../../../../shared/errors'
import type { ZipLocation } from '../source'

const inflate = promisify(inflateRaw)
const LOCAL_HEADER_BYTES = 30
const LOCAL_HEADER_SIGNATURE = 0x04034b50

/** One member of a zip. Folders end with `/`. */
export interface ZipMember {
  readonly name: string
  readonly location: ZipLocation
  readonly encrypted: boolean
}

/**
 * Lists a zip without unpacking anything.
 * @throws LabError when it is no whole zip, or when a name is absolute or leads out of the archive (`../`).
 */
export async function listZip(path: string): Promise<ZipMember[]> {
  const zip = await yauzl.openPromise(path, { lazyEntries: true }).catch((cause: unknown) => {
    throw notWhole(path, cause)
  })
  return new Promise((resolve, reject) => {
    const members: ZipMember[] = []
    zip.on('error', (cause: Error) =>
      reject(/relative path|absolute path/.test(cause.message) ? leadsOut(path, cause) : notWhole(path, cause)),
    )
    zip.on('end', () => resolve(members))
    zip.on('entry', (entry: yauzl.Entry) => {
      members.push({
        name: entry.fileName,
        encrypted: entry.isEncrypted(),
        location: {
          kind: 'zip',
          path,
          headerOffset: entry.relativeOffsetOfLocalHeader,
          compressedBytes: entry.compressedSize,
          bytes: entry.uncompressedSize,
          method: entry.compressionMethod,
          crc32: entry.crc32,
        },
      })
      zip.readEntry()
    })
    zip.readEntry()
  })
}

function notWhole(path: string, cause: unknown): LabError {
  return new LabError(
    'bad-input',
    `${path} is not a whole zip archive (${(cause as Error).message}).`,
    'Fetch or pack it again.',
    { cause },
  )
}

function leadsOut(path: string, cause: Error): LabError {
  const name = cause.message.replace(/^.*?path: /, '')
  return new LabError(
    'bad-input',
    `${path} holds “${name}”, a name that leads out of the archive; such an archive is refused whole.`,
    'Unpack it with care, look at what it holds, and import the folder.',
    { cause },
  )
}

/**
 * Reads one member.
 * @throws Error saying why: damaged, wrong checksum, a method other than stored and deflated.
 */
export async function readZipMember(file: FileHandle, location: ZipLocation): Promise<Buffer> {
  const packed = Buffer.alloc(location.compressedBytes)
  const { bytesRead } = await file.read(packed, 0, packed.length, await dataStart(file, location))
  if (bytesRead < packed.length) throw new Error('the archive is cut short')
  const bytes = location.method === 0 ? packed : await inflate(packed, { maxOutputLength: Math.max(1, location.bytes) })
  if (bytes.length !== location.bytes || crc32(bytes) !== location.crc32)
    throw new Error('its checksum in the archive does not hold')
  return bytes
}

/** The first bytes of a member, for telling its kind; fewer when it is damaged or packed in an unknown way. */
export async function readZipHead(path: string, location: ZipLocation, bytes: number): Promise<Uint8Array> {
  if (location.method !== 0 && location.method !== 8) return new Uint8Array()
  const file = await open(path, 'r')
  try {
    const packed = Buffer.alloc(Math.min(location.compressedBytes, 4 * bytes))
    const { bytesRead } = await file.read(packed, 0, packed.length, await dataStart(file, location))
    if (location.method === 0) return packed.subarray(0, Math.min(bytes, bytesRead))
    const unpack = createInflateRaw()
    unpack.write(packed.subarray(0, bytesRead))
    for await (const part of unpack as AsyncIterable<Buffer>) return part.subarray(0, bytes)
    return new Uint8Array()
  } catch {
    return new Uint8Array()
  } finally {
    await file.close()
  }
}

/** Where a member's bytes begin: its local header may carry other extra fields than the directory's. */
async function dataStart(file: FileHandle, location: ZipLocation): Promise<number> {
  const header = Buffer.alloc(LOCAL_HEADER_BYTES)
  const { bytesRead } = await file.read(header, 0, LOCAL_HEADER_BYTES, location.headerOffset)
  if (bytesRead < LOCAL_HEADER_BYTES || header.readUInt32LE(0) !== LOCAL_HEADER_SIGNATURE)
    throw new Error('the archive is damaged')
  return location.headerOffset + LOCAL_HEADER_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28)
}
