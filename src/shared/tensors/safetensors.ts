/**
 * The safetensors file format: a little-endian uint64 header length, a JSON header of {name: {dtype, shape, data_offsets}}
 * and `__metadata__` (strings), then the data. Read: F32, I32. Written: F32. Bytes only; files are their users' matter.
 */
import { z } from 'zod'
import { LabError } from '../errors'

/** A tensor outside TensorFlow: name in the paper's layout (tests/vectors/README.md), row-major float32. */
export interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array
}

const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
})
const headerSchema = z.record(z.string(), z.unknown())
const metadataSchema = z.record(z.string(), z.string())

/** What a file holds; I32 tensors are given as float32 (exact below 2^24). */
export interface SafetensorsContent {
  readonly metadata: Readonly<Record<string, string>>
  readonly tensors: NamedTensor[]
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

/** The bytes of a safetensors file. Data start at a multiple of 8 bytes. */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  let end = 0
  const entries = tensors.map(({ name, shape, data }) => {
    if (data.length !== sizeOf(shape))
      throw new Error(`${name}: ${data.length} numbers for shape [${shape.join(', ')}]`)
    const begin = end
    end += 4 * data.length
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const
  })
  if (new Set(entries.map(([name]) => name)).size !== entries.length) throw new Error('two tensors of one name')
  const json = JSON.stringify({ __metadata__: metadata, ...Object.fromEntries(entries) })
  const text = new TextEncoder().encode(json)
  const headerLength = Math.ceil(text.length / 8) * 8
  const bytes = new Uint8Array(8 + headerLength + end)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerLength), true)
  bytes.fill(0x20, 8 + text.length, 8 + headerLength)
  bytes.set(text, 8)
  let offset = 8 + headerLength
  for (const { data } of tensors) {
    bytes.set(littleEndian(data), offset)
    offset += 4 * data.length
  }
  return bytes
}

/** Bytes of 4-byte numbers in the file's order: their own memory on all machines Node and browsers run on but big-endian ones. */
function littleEndian(data: Float32Array): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return hostIsLittleEndian ? bytes : swapped(bytes)
}

/** A copy with the bytes of every 4-byte number turned round. */
function swapped(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(bytes, (_, i) => bytes[i - (i % 4) + 3 - (i % 4)]!)
}
const hostIsLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

/** Of a file's bytes; `file` is named in errors. @throws LabError 'bad-input' when they are damaged, or hold another number type than F32 and I32 */
export function decodeSafetensors(bytes: Uint8Array, file: string): SafetensorsContent {
  const damaged = (reason: string): LabError =>
    new LabError(
      'bad-input',
      `${file} is not a whole safetensors file: ${reason}.`,
      'Use another copy of the file, or write it again.',
    )
  const { header, start } = readHeader(bytes, damaged)
  const { __metadata__: rawMetadata = {}, ...entries } = header
  const metadata = metadataSchema.safeParse(rawMetadata)
  if (!metadata.success) throw damaged('its __metadata__ is not made of strings')
  const tensors = Object.entries(entries).map(([name, raw]): NamedTensor => {
    const entry = entrySchema.safeParse(raw)
    if (!entry.success) throw damaged(`the entry of ${name} is malformed`)
    const { dtype, shape, data_offsets: offsets } = entry.data
    if (dtype !== 'F32' && dtype !== 'I32') throw damaged(`${name} is of type ${dtype}; only F32 and I32 are read`)
    const [begin, end] = offsets
    if (end - begin !== 4 * sizeOf(shape)) throw damaged(`${name} has not as many numbers as its shape says`)
    if (start + end > bytes.length) throw damaged(`it ends before the data of ${name}`)
    return { name, shape, data: numbers(bytes, start + begin, sizeOf(shape), dtype) }
  })
  return { metadata: metadata.data, tensors }
}

function readHeader(
  bytes: Uint8Array,
  damaged: (reason: string) => LabError,
): { header: Record<string, unknown>; start: number } {
  if (bytes.length < 8) throw damaged(`it has ${bytes.length} bytes`)
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true))
  if (length > bytes.length - 8) throw damaged('its header is longer than the file')
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)))
  } catch {
    throw damaged('its header is not JSON')
  }
  const header = headerSchema.safeParse(json)
  if (!header.success) throw damaged('its header is not a table')
  return { header: header.data, start: 8 + length }
}

/** A copy of `count` 4-byte numbers at `offset`, as float32. */
function numbers(bytes: Uint8Array, offset: number, count: number, dtype: 'F32' | 'I32'): Float32Array {
  // Not bytes.slice: a Buffer's shares its memory, whose offset need not be a multiple of 4.
  const part = bytes.subarray(offset, offset + 4 * count)
  const copy = hostIsLittleEndian ? new Uint8Array(part) : swapped(part)
  return dtype === 'F32' ? new Float32Array(copy.buffer) : Float32Array.from(new Int32Array(copy.buffer))
}
