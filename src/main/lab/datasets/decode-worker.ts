/** Entry of a decode process: takes jobs, decodes and fits images, writes them into the output file, replies. */
import { open, readFile, stat, type FileHandle } from 'node:fs/promises'
import { decodeImage, fitImage, ImageError, readHeader, type ImageHeader } from './decode/decode'
import { hashPixels, type Pixels } from './decode/pixels'
import {
  LARGE_PIXELS,
  PHOTO_PIXELS,
  SMALL_PIXELS,
  type DecodeJob,
  type DecodeResult,
  type DecodeSetup,
  type FromDecoder,
  type ToDecoder,
} from './decode/messages'
import { readZipMember } from './readers/zip'
import type { FileLocation } from './source'

/** Larger files are not read: no image of MAX_PIXELS needs more. */
const MAX_FILE_BYTES = 512 * 2 ** 20

/** Removed, or on a drive that was taken away. */
const goneCodes = ['ENOENT', 'ENOTDIR', 'ENODEV', 'ENXIO', 'ESTALE']

let setup: DecodeSetup
/** Images in work at a time: sharp decodes in threads of its own, while this one hashes. */
let atOnce = 1
let output: FileHandle | null = null
let records: FileHandle | null = null
const archives = new Map<string, Promise<FileHandle>>()

async function readBytes(location: FileLocation): Promise<Buffer> {
  const bytes = location.kind === 'zip' ? location.bytes : (await stat(location.path)).size
  if (bytes > MAX_FILE_BYTES)
    throw new ImageError(`a file of ${Math.round(bytes / 2 ** 20)} MB`, 'scale the image down before the import')
  if (location.kind === 'file') return readFile(location.path)
  if (!archives.has(location.path)) archives.set(location.path, open(location.path, 'r'))
  return readZipMember(await archives.get(location.path)!, location)
}

async function readRecord(slot: number): Promise<Pixels> {
  const { height, width, channels } = setup.records!
  const data = new Uint8Array(height * width * channels)
  const { bytesRead } = await records!.read(data, 0, data.length, slot * data.length)
  if (bytesRead !== data.length) throw new Error(`record ${slot} is missing`)
  return { height, width, channels, data }
}

/** Photos wait for one another, and their pixels go before the next comes: else they would take hundreds of megabytes. */
let lastPhoto: Promise<unknown> = Promise.resolve()
function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const result = lastPhoto.then(work).finally(() => globalThis.gc?.())
  lastPhoto = result.catch(() => {})
  return result
}

async function decodeJob(job: DecodeJob): Promise<DecodeResult> {
  const { slot, location } = job
  if (location.kind === 'record')
    return deliver(slot, await readRecord(slot), '', { format: null, turned: false, animated: false })
  try {
    const bytes = await readBytes(location)
    const facts = await readHeader(bytes)
    const count = facts.width * facts.height
    if (job.factsOnly) {
      const { width, height, channels } = count > SMALL_PIXELS ? upright(facts) : await decodeImage(bytes, facts.format)
      return { ...{ slot, outcome: 'done', sha256: '', pixels: null }, ...facts, ...{ width, height, channels } }
    }
    if (!job.large && count > LARGE_PIXELS) return { slot, outcome: 'large' }
    const work = async (): Promise<DecodeResult> => {
      const pixels = await decodeImage(bytes, facts.format)
      return deliver(slot, pixels, hashPixels(pixels), facts)
    }
    return await (count > PHOTO_PIXELS ? oneAtATime(work) : work())
  } catch (cause) {
    if (cause instanceof OutputError) throw cause.cause
    if (cause instanceof ImageError) return { slot, outcome: 'skipped', reason: cause.message, hint: cause.hint }
    const { code, message } = cause as NodeJS.ErrnoException
    return {
      slot,
      outcome: 'skipped',
      reason: `cannot be read (${code ?? message})`,
      hint: 'fetch it again, or check its permissions',
      gone: goneCodes.includes(code ?? ''),
    }
  }
}

/** The size as it is after the turn that EXIF asks for; a quarter turn swaps its sides. */
function upright(facts: ImageHeader): ImageHeader {
  return facts.quarterTurned ? { ...facts, width: facts.height, height: facts.width } : facts
}

async function deliver(
  slot: number,
  pixels: Pixels,
  sha256: string,
  facts: Pick<Extract<DecodeResult, { outcome: 'done' }>, 'format' | 'turned' | 'animated'>,
): Promise<DecodeResult> {
  const fitted = await fitImage(pixels, setup.fitting)
  if (output) await writeAt(output, fitted, slot * fitted.length)
  const { height, width, channels } = pixels
  const { format, turned, animated } = facts
  return {
    slot,
    outcome: 'done',
    sha256,
    height,
    width,
    channels,
    format,
    turned,
    animated,
    pixels: output ? null : fitted,
  }
}

/** Writing failed: that is no image's fault and ends the import. */
class OutputError extends Error {}

/** A full disk shows as a short write first; the next one then says so. */
async function writeAt(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  try {
    for (let done = 0; done < data.length;)
      done += (await file.write(data, done, data.length - done, position + done)).bytesWritten
  } catch (cause) {
    throw new OutputError('the output cannot be written', { cause })
  }
}

async function decodeJobs(jobs: readonly DecodeJob[]): Promise<DecodeResult[]> {
  const results: DecodeResult[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < jobs.length) results.push(await decodeJob(jobs[next++]!))
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  return results
}

async function answer(message: ToDecoder): Promise<void> {
  if (message.kind === 'setup') {
    setup = message.setup
    atOnce = message.atOnce
    output = setup.output === null ? null : await open(setup.output, 'r+')
    records = setup.records === null ? null : await open(setup.records.path, 'r')
    send({ kind: 'ready' })
  } else send({ kind: 'results', results: await decodeJobs(message.jobs) })
}

function send(message: FromDecoder): void {
  process.send!(message)
}

// One message after the other: the setup is done before the first jobs.
let last: Promise<void> = Promise.resolve()
process.on('message', (message: ToDecoder) => {
  last = last
    .then(() => answer(message))
    .catch((cause: NodeJS.ErrnoException) =>
      send({ kind: 'failed', code: cause.code ?? null, message: cause.stack ?? String(cause) }),
    )
})
// The lab is gone: nobody waits for the work.
process.on('disconnect', () => process.exit(0))
