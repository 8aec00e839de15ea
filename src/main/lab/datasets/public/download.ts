/** Downloads one published file: goes on where it was cut, tries again, and takes nothing but the published bytes. */
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { LabError } from '../../../../shared/errors'
import { storageError } from '../disk'
import type { PublishedFile } from './catalog'
import { httpGet, type Answer } from './http-get'
import { PartFile } from './part-file'

/** What a download calls, and its patience; what is left out has its default. */
export interface DownloadOptions {
  readonly signal: AbortSignal
  /** Bytes of the file that are there. */
  readonly onBytes: (bytes: number) => void
  /** What it waits for; null when it goes on. */
  readonly onWait: (detail: string | null) => void
  /** Milliseconds before each new try when nothing more came; after the last the download fails. */
  readonly waitsMs?: readonly number[] | undefined
  readonly stallMs?: number | undefined
  readonly environment?: NodeJS.ProcessEnv | undefined
}

const WAITS_MS = [1_000, 2_000, 4_000, 8_000]
const STALL_MS = 30_000

/** The server's answer will not change by asking again. */
class Refused extends Error {}

/**
 * Downloads `file` to `path`, in PATH.part until its checksum is right. Cancelling and failing keep the part; the next call
 * goes on from there, also after a kill.
 * @throws LabError 'network' (no connection, an answer that is not the file, a wrong checksum) naming the address and the
 *   way by hand; 'storage' when it cannot be written · the signal's reason
 */
export async function downloadFile(file: PublishedFile, path: string, options: DownloadOptions): Promise<void> {
  const part = new PartFile(path)
  if (await part.whole()) return options.onBytes(file.bytes)
  try {
    const resumed = (await part.size()) > 0
    if (await fetchChecked(file, part, options)) return
    // The part may have been of another version of the file; a whole one from one piece settles it.
    if (resumed && (await fetchChecked(file, part, options))) return
  } catch (cause) {
    options.signal.throwIfAborted()
    if (cause instanceof LabError) throw cause
    const failed = await storageError(cause, dirname(path), file.bytes, 'the download')
    throw failed instanceof LabError ? failed : network(`${file.url} cannot be downloaded: ${reason(cause)}.`, cause)
  }
  throw network(`What came from ${file.url} is not the published file: its SHA-256 is another. It was deleted.`)
}

/** Fetches what is missing. @returns whether the checksum is right; if not, nothing stays */
async function fetchChecked(file: PublishedFile, part: PartFile, options: DownloadOptions): Promise<boolean> {
  await fetchMissing(file, part, options)
  options.onWait('Comparing its checksum with the published one.')
  const right = (await part.sha256(options.signal)) === file.sha256
  options.onWait(null)
  await (right ? part.finish() : part.discard())
  return right
}

/** Asks again and again until the part has all bytes; each piece that came gives back the patience. */
async function fetchMissing(file: PublishedFile, part: PartFile, options: DownloadOptions): Promise<void> {
  const { signal, waitsMs = WAITS_MS } = options
  let waited = 0
  if ((await part.size()) > file.bytes) await part.discard()
  let most = await part.size()
  while ((await part.size()) !== file.bytes) {
    signal.throwIfAborted()
    let cause: unknown = new Error('the connection was cut')
    try {
      await fetchPiece(file, part, options)
    } catch (error) {
      cause = error
    }
    signal.throwIfAborted()
    const now = await part.size()
    if (now === file.bytes) return
    if (final(cause)) throw cause
    // More than ever before: a server without ranges that cuts every answer at the same place is given up, too.
    if (now > most) waited = 0
    most = Math.max(most, now)
    const wait = waitsMs[waited++]
    if (wait === undefined) throw cause
    options.onWait(`${sentence(reason(cause))}; the next try is in ${Math.ceil(wait / 1000)} s.`)
    await delay(wait, undefined, { signal })
    options.onWait(null)
  }
}

/** One request, from where the part ends. */
async function fetchPiece(file: PublishedFile, part: PartFile, options: DownloadOptions): Promise<void> {
  const { signal, stallMs = STALL_MS, environment = process.env } = options
  const start = await part.size()
  const validator = await part.validator(file.url)
  const range = start > 0 ? { range: `bytes=${start}-`, ...(validator ? { 'if-range': validator } : {}) } : {}
  const headers = { 'accept-encoding': 'identity', 'user-agent': 'hrm-lab', ...range }
  const answer = await httpGet(file.url, { headers, signal, stallMs, environment })
  try {
    const from = await begin(file, part, answer, start)
    if (from !== null) await append(part, answer, from, file.bytes, options.onBytes)
  } finally {
    answer.end()
  }
}

/** Judges the answer. @returns where its bytes belong; null when the part was discarded and is to be asked for anew */
async function begin(file: PublishedFile, part: PartFile, answer: Answer, start: number): Promise<number | null> {
  const { status, headers } = answer
  if (status === 416) {
    await part.discard()
    return null
  }
  const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers['content-range'] ?? '')
  if (status === 206 && range && Number(range[1]) === start) {
    requireLength(file, range[2] === '*' ? undefined : range[2], headers)
    return start
  }
  if (status !== 200) throw new (passing(status) ? Error : Refused)(`the server answers ${status}`)
  requireLength(file, headers['content-length'], headers)
  // All of it, from the beginning: the first time, or the file has changed, or the server knows no ranges.
  await part.discard()
  const { etag } = headers
  await part.setValidator(file.url, etag && !etag.startsWith('W/') ? etag : (headers['last-modified'] ?? null))
  return 0
}

/** Too many requests, and what is wrong with the server itself, may pass. */
const passing = (status: number): boolean => status === 408 || status === 429 || status >= 500

function requireLength(file: PublishedFile, told: string | undefined, headers: Answer['headers']): void {
  if (told === undefined || Number(told) === file.bytes) return
  const what = headers['content-type'] ? ` of type ${headers['content-type'].slice(0, 60)}` : ''
  throw new Refused(`the server gives ${told} bytes${what}, the published file has ${file.bytes}`)
}

/** Writes what comes to its place. @throws Error when less came than was promised; what came is written then */
async function append(
  part: PartFile,
  answer: Answer,
  from: number,
  most: number,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const target = await open(part.part, from === 0 ? 'w' : 'r+')
  try {
    let at = from
    for await (const bytes of answer.bytes) {
      if (at + bytes.length > most)
        throw new Refused(`the server gives more than the ${most} bytes of the published file`)
      for (let done = 0; done < bytes.length;)
        done += (await target.write(bytes, done, bytes.length - done, at + done)).bytesWritten
      onBytes((at += bytes.length))
    }
  } finally {
    await target.sync()
    await target.close()
  }
}

/** Whether asking again is in vain: refused, or the disk's fault. */
function final(cause: unknown): boolean {
  return cause instanceof Refused || diskCodes.includes((cause as NodeJS.ErrnoException).code ?? '')
}
const diskCodes = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'EIO', 'ENOENT', 'ENOTDIR']

const reasons: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its server’s name cannot be found',
  EAI_AGAIN: 'its server’s name cannot be looked up',
  ECONNREFUSED: 'its server refuses the connection',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENETUNREACH: 'there is no network',
  EHOSTUNREACH: 'there is no way to its server',
}

function reason(cause: unknown): string {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return reasons[code] ?? (message || code)
}

const sentence = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`

const network = (message: string, cause?: unknown): LabError =>
  new LabError(
    'network',
    message,
    'Try again later, or fetch the file by other means and drop it on the window, or: hrm-lab import PATH.',
    { cause },
  )
