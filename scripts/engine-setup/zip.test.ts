import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { makeZip } from './testing/kit.mjs'
import { listZip, unpackEntry } from './zip.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-lab-zip-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Larger than a stream's piece, and not compressible to nothing. */
const large = Buffer.from(Array.from({ length: 400_000 }, (_, i) => (i * i) % 251))
const members = [
  { name: 'a/large.bin', content: large },
  { name: 'a/stored.txt', content: Buffer.from('as it is'), stored: true },
  { name: 'empty', content: Buffer.alloc(0), stored: true },
  { name: 'bin/tool', content: Buffer.from('#!'), executable: true },
]

function write(bytes: Buffer): string {
  const path = join(folder, 'test.zip')
  writeFileSync(path, bytes)
  return path
}

it.each([false, true])('unpacks stored and deflated members (zip64: %s)', async (zip64) => {
  const path = write(makeZip(members, { zip64 }))
  const entries = await listZip(path)
  expect(entries.map(({ name, bytes }) => [name, bytes])).toEqual(members.map((m) => [m.name, m.content.length]))
  for (const [i, entry] of entries.entries()) {
    const target = join(folder, 'out', entry.name)
    const hash = await unpackEntry(path, entry, target)
    const content = members[i]?.content ?? Buffer.alloc(0)
    expect(readFileSync(target).equals(content)).toBe(true)
    expect(hash).toBe(createHash('sha256').update(content).digest('hex'))
    expect((statSync(target).mode & 0o100) !== 0).toBe(entry.name === 'bin/tool')
  }
})

it.each(['../out.txt', '/etc/out.txt', 'a/../../out.txt', 'C:/out.txt', 'a\\..\\out.txt'])(
  'refuses a name that leads out: %s',
  async (name) => {
    await expect(listZip(write(makeZip([{ name, content: large }])))).rejects.toThrow(/leads out of the folder/)
  },
)

it.each([
  ['cut off', (zip: Buffer) => zip.subarray(0, zip.length - 30)],
  ['no zip', () => Buffer.from('<html>')],
  ['empty', () => Buffer.alloc(0)],
  ['a damaged directory', (zip: Buffer) => Buffer.concat([zip.subarray(0, -242), Buffer.alloc(4), zip.subarray(-238)])],
])('says that it cannot be unpacked: %s', async (_, damage) => {
  await expect(listZip(write(damage(makeZip(members))))).rejects.toThrow(/test\.zip cannot be unpacked/)
})

it('reports the bytes written', async () => {
  const path = write(makeZip(members))
  const [entry] = await listZip(path)
  if (!entry) throw new Error('the zip is empty')
  let bytes = 0
  await unpackEntry(path, entry, join(folder, 'large'), { onBytes: (count) => (bytes += count) })
  expect(bytes).toBe(large.length)
})
