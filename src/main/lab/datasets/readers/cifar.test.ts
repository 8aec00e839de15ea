import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { cifarRecords, tar, temporaryFolder, writeTree } from '../../../../../tests/fixtures/data'
import { openSource } from '../open-source'
import type { RecordSource } from '../source'

const cifar10 = {
  'cifar-10-batches-bin/data_batch_10.bin': cifarRecords([[9]], 50),
  'cifar-10-batches-bin/data_batch_2.bin': cifarRecords([[2], [3]], 10),
  'cifar-10-batches-bin/test_batch.bin': cifarRecords([[4]], 90),
  'cifar-10-batches-bin/data_batch_1.bin': cifarRecords([[0], [1]]),
}

/** First pixel (red, green, blue) of every slot. */
async function firstPixels(source: RecordSource): Promise<number[][]> {
  const pixels: number[][] = []
  for await (const { first, count, pixels: block } of source.blocks())
    for (let i = 0; i < count; i++) pixels[first + i] = [...block.subarray(i * 3072, i * 3072 + 3)]
  return pixels
}

describe('CIFAR', () => {
  test('batches in the author’s order, whatever the archive’s, channels last', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { ...cifar10, 'c.tar': await tar(cifar10), 'c.tar.gz': gzipSync(await tar(cifar10)) })
    for (const path of ['cifar-10-batches-bin', 'c.tar', 'c.tar.gz']) {
      const source = (await openSource(join(folder, path))) as RecordSource
      expect(source).toMatchObject({ reader: 'cifar10', trainCount: 5, testCount: 1, channels: 3 })
      expect([...source.labels]).toEqual([0, 1, 2, 3, 9, 4])
      expect(await firstPixels(source)).toEqual([0, 1, 10, 11, 50, 90].map((red) => [red, 2, 3]))
      expect(source.imageName(3)).toBe('data_batch_2/00001')
      expect(source.classes[0]).toBe('airplane')
    }
  })

  test('CIFAR-100 with fine or coarse labels and its own names', async () => {
    const folder = await temporaryFolder()
    const names = Array.from({ length: 20 }, (_, i) => `group ${i}`)
    await writeTree(folder, {
      'train.bin': cifarRecords([
        [19, 99],
        [0, 7],
      ]),
      'test.bin': cifarRecords([[3, 50]]),
      'coarse_label_names.txt': `${names.join('\n')}\n\n`,
    })
    const fine = (await openSource(folder)) as RecordSource
    const coarse = (await openSource(folder, true)) as RecordSource
    expect([[...fine.labels], fine.classes.length, fine.classes[99]]).toEqual([[99, 7, 50], 100, 'worm'])
    expect([[...coarse.labels], coarse.classes]).toEqual([[19, 0, 3], names])
  })

  const bad: [string, Record<string, Buffer>, string, string][] = [
    ['an odd size', { 'data_batch_1.bin': Buffer.alloc(5000) }, 'has 5000 bytes', 'cut short'],
    ['a label out of range', { 'data_batch_1.bin': cifarRecords([[3], [10]]) }, 'has label 10 in record 1', 'damaged'],
    ['a fine label out of range', { 'train.bin': cifarRecords([[3, 100]]) }, 'has label 100 in record 0', 'damaged'],
    [
      'the test part only',
      { 'test_batch.bin': cifarRecords([[3]]) },
      'has no training file (data_batch_1.bin)',
      'whole folder',
    ],
    [
      'both CIFARs',
      { 'train.bin': cifarRecords([[1, 1]]), 'data_batch_1.bin': cifarRecords([[1]]) },
      'CIFAR-10 and of CIFAR-100',
      'own folder',
    ],
    [
      'the Python version',
      { data_batch_1: Buffer.from('x'), test_batch: Buffer.from('x') },
      'Python or Matlab version',
      'cifar-10-binary.tar.gz',
    ],
  ]
  test.each(bad)('bad input: %s', async (_, files, message, hint) => {
    const folder = await temporaryFolder()
    await writeTree(folder, files)
    const expected = {
      kind: 'bad-input',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }
    await expect(openSource(folder)).rejects.toMatchObject(expected)
    if (message.startsWith('has label') || message.startsWith('has 5000'))
      await expect(openSource(folder)).rejects.toMatchObject({
        message: expect.stringContaining(Object.keys(files)[0]!),
      })
    const archive = join(folder, 'archive.tar')
    await writeFile(archive, await tar(files))
    await expect(openSource(archive)).rejects.toMatchObject(expected)
  })

  test('bad input: a damaged .tar.gz, an .xz, a tar of other things', async () => {
    const folder = await temporaryFolder()
    const packed = gzipSync(await tar(cifar10), { level: 0 })
    await writeTree(folder, {
      'short.tar.gz': packed.subarray(0, 12_000),
      'flipped.tar.gz': Buffer.from(packed.map((value, i) => (i === packed.length - 6 ? value ^ 1 : value))),
      'cifar.tar.xz': Buffer.from('\xfd7zXZ\0', 'latin1'),
      'other.tar': await tar({ 'a/b.txt': Buffer.from('x') }),
    })
    for (const name of ['short.tar.gz', 'flipped.tar.gz'])
      await expect(openSource(join(folder, name))).rejects.toMatchObject({
        kind: 'bad-input',
        message: expect.stringContaining(`${name} is damaged`),
        hint: expect.stringContaining('Fetch the file again'),
      })
    await expect(openSource(join(folder, 'cifar.tar.xz'))).rejects.toMatchObject({
      hint: expect.stringContaining('| gzip -1 > cifar.tar.gz'),
    })
    await expect(openSource(join(folder, 'other.tar'))).rejects.toMatchObject({
      hint: 'Unpack it and import the folder.',
    })
    await expect(openSource(join(folder, 'nothing'))).rejects.toMatchObject({
      kind: 'not-found',
      message: expect.stringContaining('does not exist'),
    })
  })

  test('coarse labels are refused for anything but CIFAR-100', async () => {
    const folder = await temporaryFolder()
    await writeTree(folder, { 'data_batch_1.bin': cifarRecords([[1]]) })
    await expect(openSource(folder, true)).rejects.toMatchObject({ kind: 'bad-input' })
  })
})
