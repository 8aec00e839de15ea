import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { idx, idxSet, temporaryFolder, writeTree } from '../../../../../tests/fixtures/data'
import { openSource } from '../open-source'
import type { RecordSource } from '../source'

async function open(path: string): Promise<RecordSource> {
  return (await openSource(path)) as RecordSource
}

async function pixels(source: RecordSource): Promise<number[]> {
  const all: number[] = []
  for await (const block of source.blocks()) all.push(...block.pixels.subarray(0, block.count * 6))
  return all
}

describe('IDX', () => {
  test('the four files of a folder, in the author’s order', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, idxSet(7, 4))
    const source = await open(folder)
    expect(source).toMatchObject({ reader: 'idx', height: 3, width: 2, channels: 1, trainCount: 7, testCount: 4 })
    expect([...source.labels]).toEqual([0, 1, 2, 0, 1, 2, 0, 0, 1, 2, 0])
    expect((await pixels(source)).filter((_, i) => i % 6 === 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 100, 101, 102, 103])
    expect([source.imageName(6), source.imageName(7)]).toEqual(['train-images/00006', 't10k-images/00000'])
  })

  test('packed files under a wrapping folder, and one file given instead of the folder', async () => {
    const folder = await temporaryFolder()
    const packed = Object.entries(idxSet(5, 3)).map(([name, data]) => [`MNIST/raw/${name}.gz`, gzipSync(data)])
    await writeTree(folder, Object.fromEntries(packed))
    const whole = await open(folder)
    const one = await open(join(folder, 'MNIST/raw/train-images-idx3-ubyte.gz'))
    expect(await pixels(one)).toEqual(await pixels(whole))
    expect(whole.trainCount + whole.testCount).toBe(8)
  })

  test('files of other names are known by content, labels that start at 1 become classes 1, 2, ...', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { pictures: idx([2, 3, 2], new Uint8Array(12)), answers: idx([2], Uint8Array.of(1, 2)) })
    const source = await open(folder)
    expect(source).toMatchObject({ trainCount: 2, testCount: 0, classes: ['1', '2'] })
    expect([...source.labels]).toEqual([0, 1])
  })

  test('several sets in one folder are refused until one file names its set', async () => {
    const folder = await temporaryFolder()
    for (const prefix of ['emnist-letters', 'emnist-digits'])
      await writeTree(folder, Object.fromEntries(Object.entries(idxSet(3, 3)).map(([n, d]) => [`${prefix}-${n}`, d])))
    await expect(open(folder)).rejects.toMatchObject({
      message: expect.stringContaining('emnist-digits, emnist-letters'),
    })
    expect((await open(join(folder, 'emnist-letters-train-labels-idx1-ubyte'))).name).toBe('emnist-letters')
  })

  const bad: [string, (set: Record<string, Buffer>) => void, string, string][] = [
    [
      'a wrong magic number',
      (set) => set['train-images-idx3-ubyte']!.writeUInt32BE(0x0d000803, 0),
      'train-images-idx3-ubyte is not an IDX file of images: its magic number is 0x0d000803, not 0x00000803',
      'unsigned bytes',
    ],
    [
      'too short',
      (set) => (set['train-images-idx3-ubyte'] = set['train-images-idx3-ubyte']!.subarray(0, 50)),
      'train-images-idx3-ubyte is too short: it has 50 bytes, its header promises 58',
      'Fetch the file again',
    ],
    [
      'no header',
      (set) => (set['train-labels-idx1-ubyte'] = Buffer.from([0, 0, 8])),
      'train-labels-idx1-ubyte is too short: 3 bytes',
      'Fetch the file again',
    ],
    [
      'labels missing',
      (set) => delete set['t10k-labels-idx1-ubyte'],
      'has no IDX file with the labels of the test part',
      't10k-labels-idx1-ubyte',
    ],
    [
      'counts that differ',
      (set) => (set['train-labels-idx1-ubyte'] = idx([6], new Uint8Array(6))),
      'has 6 labels, but',
      'same data set',
    ],
  ]
  test.each(bad)('bad input: %s', async (_, spoil, message, hint) => {
    const folder = await temporaryFolder()
    const set = idxSet(7, 4)
    spoil(set)
    await writeTree(folder, set)
    await expect(open(folder)).rejects.toMatchObject({
      name: 'LabError',
      kind: 'bad-input',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    })
  })

  test('bad input: a damaged gz, and one whose content is too short', async () => {
    const folder = await temporaryFolder()
    const file = 'train-images-idx3-ubyte'
    const { [file]: images, ...rest } = idxSet(3000, 4)
    const noise = Buffer.from(images!.map((value, i) => (i < 16 ? value : (i * 2654435761) >>> 13)))
    await writeTree(folder, rest)
    const packed = gzipSync(noise)
    await writeFile(join(folder, `${file}.gz`), packed.subarray(0, packed.length >> 1))
    const source = await open(folder)
    await expect(pixels(source)).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringMatching(/train-images-idx3-ubyte\.gz is damaged: it cannot be unpacked/),
      hint: expect.stringContaining('Fetch the file again'),
    })
    await writeFile(join(folder, `${file}.gz`), gzipSync(noise.subarray(0, 9000)))
    await expect(pixels(await open(folder))).rejects.toMatchObject({
      message: expect.stringContaining('too short: it has 9000 bytes'),
    })
    await writeFile(join(folder, `${file}.gz`), 'no gzip at all')
    await expect(open(folder)).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringContaining(`${file}.gz`),
    })
  })
})
