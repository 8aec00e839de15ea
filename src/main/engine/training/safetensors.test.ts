import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import { decodeSafetensors, encodeSafetensors } from '../../../shared/tensors/safetensors'
import { readSafetensors, writeSafetensors } from './safetensors'

const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-safetensors-'))
afterAll(() => rmSync(folder, { recursive: true }))

const tensors = [
  { name: 'a.b', shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 1e-30, Infinity, 6) },
  { name: 'scalar', shape: [], data: Float32Array.of(7) },
  { name: 'empty', shape: [0, 4], data: new Float32Array(0) },
]
const metadata = { format: 'test', ünï: 'cödé' }

/** A file with the given header text and data bytes. */
function raw(header: string, data = new Uint8Array(0), length = new TextEncoder().encode(header).length): Uint8Array {
  const text = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + text.length + data.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(text, 8)
  bytes.set(data, 8 + text.length)
  return bytes
}

describe('a written file', () => {
  it('is read back the same, and leaves nothing beside it', () => {
    const file = join(folder, 'new', 'whole.safetensors')
    const bytes = writeSafetensors(file, tensors, metadata)
    expect(bytes % 4).toBe(0)
    expect(readSafetensors(file)).toEqual({ metadata, tensors })
    expect(readdirSync(join(folder, 'new'))).toEqual(['whole.safetensors'])
  })

  it('begins its data at a multiple of 8', () => {
    const bytes = encodeSafetensors(tensors, { odd: 'x' })
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0)
  })

  it('is refused with another number of values than its shape', () => {
    expect(() => encodeSafetensors([{ name: 'x', shape: [2], data: Float32Array.of(1) }])).toThrow(/x: 1 numbers/)
  })

  it('says which folder refuses it', () => {
    const blocked = join(folder, 'file')
    writeFileSync(blocked, '')
    expect(() => writeSafetensors(join(blocked, 'x.safetensors'), tensors)).toThrow(LabError)
  })
})

describe('reading', () => {
  it('gives int32 as numbers', () => {
    const data = new Uint8Array(Int32Array.of(3, -1).buffer)
    const file = raw('{"labels":{"dtype":"I32","shape":[2],"data_offsets":[0,8]}}', data)
    expect([...decodeSafetensors(file, 'x').tensors[0]!.data]).toEqual([3, -1])
  })

  it('reads from a Buffer that begins anywhere in its memory', () => {
    const bytes = encodeSafetensors(tensors, metadata)
    const shifted = Buffer.concat([Buffer.from([1, 2, 3]), bytes]).subarray(3)
    expect(decodeSafetensors(shifted, 'x').tensors).toEqual(tensors)
  })

  const entry = '{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}'
  it.each<[string, Uint8Array, RegExp]>([
    ['shorter than its length', new Uint8Array(5), /it has 5 bytes/],
    ['a header past its end', raw('{}', new Uint8Array(0), 2 ** 40), /longer than the file/],
    ['a header that is no JSON', raw('{nope'), /not JSON/],
    ['a header that is a list', raw('[1]'), /not a table/],
    ['an entry without a shape', raw('{"t":{"dtype":"F32"}}'), /entry of t is malformed/],
    ['data cut off', raw(entry, new Uint8Array(3)), /ends before the data of t/],
    ['another number type', raw(entry.replace('F32', 'F16'), new Uint8Array(4)), /t is of type F16/],
    ['a shape of another size', raw(entry.replace('[1]', '[2]'), new Uint8Array(4)), /not as many numbers/],
    ['metadata that are not strings', raw('{"__metadata__":{"a":1}}'), /__metadata__/],
  ])('refuses %s', (_, bytes, reason) => {
    const attempt = () => decodeSafetensors(bytes, 'weights.safetensors')
    expect(attempt).toThrow(LabError)
    expect(attempt).toThrow(reason)
    expect(attempt).toThrow(/weights\.safetensors/)
  })

  it('says that a file is not there', () => {
    expect(() => readSafetensors(join(folder, 'none'))).toThrow(/it is not there/)
  })
})
