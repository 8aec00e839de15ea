import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hashPixels } from './decode/pixels'
import { recognise, type PublishedContent } from './known'
import { openSource } from './open-source'
import { mnistFolder } from './readers/idx'
import type { RecordSource } from './source'

test('MNIST is recognised by content, and one changed pixel or label is not MNIST', async () => {
  const source = (await openSource('mnist')) as RecordSource
  const hashes: string[] = []
  for await (const { count, pixels } of source.blocks())
    for (let i = 0; i < count; i++)
      hashes.push(hashPixels({ height: 28, width: 28, channels: 1, data: pixels.subarray(i * 784, (i + 1) * 784) }))
  const content: PublishedContent = { ...source, hashes }
  expect(recognise(content)).toBe('mnist')
  expect(recognise({ ...content, hashes: hashes.with(69999, hashes[0]!) })).toBeNull()
  expect(recognise({ ...content, labels: content.labels.with(0, 6) })).toBeNull()
  expect(recognise({ ...content, reader: 'folder' })).toBeNull()
  // The files are the published ones: their digest is the one in every list of MNIST mirrors (unpacked training labels).
  const labels = await readFile(join(mnistFolder(), 'train-labels-idx1-ubyte'))
  expect(createHash('md5').update(labels).digest('hex')).toBe('a25bea736e30d166cdddb491f175f624')
})

test('CIFAR-100’s counts alone are not CIFAR-100', () => {
  const labels = Uint16Array.from({ length: 60000 }, (_, i) => i % 100)
  const hashes = new Array<string>(60000).fill('00')
  expect(
    recognise({ reader: 'cifar100', coarse: false, trainCount: 50000, testCount: 10000, labels, hashes }),
  ).toBeNull()
})
