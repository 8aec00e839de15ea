/** Entry of a decode process: takes jobs, decodes and fits images, writes them into the output file, replies. */
import { open, readFile, stat, type FileHandle } from 'node:fs/promises'
import { decodeImage, fitImage, ImageError, readHeader } from './decode/decode'
import { hashPixels, type Pixels } from './decode/pixels'
import {
  LARGE_PIXELS,
  type DecodeJob,
  type DecodeResult,
  type DecodeSetup,
  type FromDecoder,
  type ToDecoder,
} from './decode/messages'
import { readZipMember } from './readers/zip'
import type { FileLocation } from './source'

/** Images in work at a time: sharp decodes in threads of its own, while this one hashes. */
const AT_ONCE = 4
/** Larger files are not read: no image of MAX_PIXELS needs more. */
const MAX_FILE_BYTES = 512 * 2 ** 20

let setup: DecodeSetup
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

async function decodeJob(job: DecodeJob): Promise<DecodeResult> {
  const { slot, location } = job
  if (location.kind === 'record') {
    const record = await readRecord(slot)
    return deliver(slot, record, '', { format: null, turned: false, animated: false })
  }
  let decoded: { pixels: Pixels; facts: Awaited<ReturnType<typeof readHeader>> }
  try {
    const bytes = await readBytes(location)
    const facts = await readHeader(bytes)
    if (!job.large && facts.width * facts.height > LARGE_PIXELS) return { slot, outcome: 'large' }
    decoded = { pixels: await decodeImage(bytes, facts.format), facts }
  } catch (cause) {
    if (cause instanceof ImageError) return { slot, outcome: 'skipped', reason: cause.message, hint: cause.hint }
    const why = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message
    return {
      slot,
      outcome: 'skipped',
      reason: `cannot be read (${why})`,
      hint: 'fetch it again, or check its permissions',
    }
  }
  return deliver(slot, decoded.pixels, hashPixels(decoded.pixels), decoded.facts)
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

/** A full disk shows as a short write first; the next one then says so. */
async function writeAt(file: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length;)
    done += (await file.write(data, done, data.length - done, position + done)).bytesWritten
}

async function decodeJobs(jobs: readonly DecodeJob[]): Promise<DecodeResult[]> {
  const results: DecodeResult[] = []
  let next = 0
  const lane = async (): Promise<void> => {
    while (next < jobs.length) results.push(await decodeJob(jobs[next++]!))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return results
}

async function answer(message: ToDecoder): Promise<void> {
  if (message.kind === 'setup') {
    setup = message.setup
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
