import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { LabError } from '../../../../shared/errors'
import { SNIFF_BYTES } from '../sniff'

/** The first bytes of a file. @throws LabError when it cannot be read. */
export async function readHead(path: string, bytes = SNIFF_BYTES): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      const buffer = Buffer.alloc(bytes)
      const { bytesRead } = await file.read(buffer, 0, bytes, 0)
      return buffer.subarray(0, bytesRead)
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw unreadable(path, cause)
  }
}

/** The first bytes of what a gzip file holds; fewer when it is damaged early. */
export async function readGzipHead(path: string, bytes = SNIFF_BYTES): Promise<Uint8Array> {
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of gunzipped(path) as AsyncIterable<Buffer>) {
      parts.push(part)
      length += part.length
      if (length >= bytes) break
    }
  } catch (cause) {
    if (length === 0) throw damaged(path, cause)
  }
  return Buffer.concat(parts).subarray(0, bytes)
}

/** A file's bytes, unpacked when `gzip`. Errors come out of the iteration. */
export function openBytes(path: string, gzip: boolean): Readable {
  return gzip ? gunzipped(path) : createReadStream(path, { highWaterMark: 1 << 18 })
}

function gunzipped(path: string): Readable {
  // The callback is only there because pipeline wants one: the error also destroys the unpacking stream, whose reader sees it.
  return pipeline(createReadStream(path), createGunzip({ chunkSize: 1 << 18 }), () => {})
}

/** Turns a failure while reading `path` into an error a person can act on; a LabError passes. */
export function damaged(path: string, cause: unknown): unknown {
  if (cause instanceof LabError) return cause
  const code = (cause as NodeJS.ErrnoException).code ?? ''
  if (!code.startsWith('Z_') && !/tar|header|unexpected end/i.test(String(cause))) return unreadable(path, cause)
  return new LabError(
    'bad-input',
    `${path} is damaged: it cannot be unpacked (${(cause as Error).message}).`,
    'Fetch the file again and compare its size with the publisher’s.',
    { cause },
  )
}

/** Turns a file system failure into an error a person can act on; anything else passes. */
export function unreadable(path: string, cause: unknown): unknown {
  const code = (cause as NodeJS.ErrnoException).code
  if (cause instanceof LabError || !code) return cause
  const known: Record<string, string> = {
    ENOENT: 'it does not exist',
    EACCES: 'permission denied',
    EPERM: 'permission denied',
  }
  return new LabError(
    code === 'ENOENT' ? 'not-found' : 'bad-input',
    `${path} cannot be read: ${known[code] ?? code}.`,
    code === 'ENOENT' ? 'Check the path.' : 'Give yourself read permission, or copy the file elsewhere.',
    { cause },
  )
}

/**
 * Cuts a stream into blocks of whole records.
 * @param recordBytes Bytes of one record.
 * @param skip Bytes before the first record.
 * @yields Buffers of up to 256 records; a last one may end with a part of a record, which the caller finds by its length.
 */
export async function* recordBlocks(
  stream: AsyncIterable<Uint8Array>,
  recordBytes: number,
  skip = 0,
): AsyncGenerator<Uint8Array> {
  const block = Buffer.alloc(recordBytes * 256)
  let filled = 0
  let toSkip = skip
  for await (let part of stream) {
    if (toSkip > 0) {
      const skipped = Math.min(toSkip, part.length)
      toSkip -= skipped
      part = part.subarray(skipped)
    }
    while (part.length > 0) {
      const taken = Math.min(part.length, block.length - filled)
      block.set(part.subarray(0, taken), filled)
      filled += taken
      part = part.subarray(taken)
      if (filled === block.length) {
        yield block
        filled = 0
      }
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}
