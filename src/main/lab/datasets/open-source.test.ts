import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { picture, temporaryFolder, writeTree } from '../../../../tests/fixtures/data'
import { openSource } from './open-source'

test('what holds nothing usable is told in one line, with the way out', async () => {
  const top = await temporaryFolder()
  await writeTree(top, {
    'empty.zip': '',
    'photo.png': await picture('red'),
    'letter.txt': 'Dear reader',
    'texts/a/1.txt': 'x',
    'texts/b/2.txt': '',
    'loose/1.png': await picture('red'),
    'train-images-idx3-ubyte': '',
    'cifar/data_batch_1.bin': '',
  })
  await mkdir(join(top, 'nothing'))
  for (const [path, message] of [
    ['empty.zip', /empty\.zip is empty \(0 bytes\)\.$/],
    ['photo.png', /photo\.png is a single image, not a data set\.$/],
    ['letter.txt', /letter\.txt is no data set that is known here \(unknown content\)\.$/],
    ['texts', /texts holds 2 files, but no class folders with images \(a\/1\.txt: not an image of a known format/],
    ['loose', /loose holds 1 images, but no class folders\.$/],
    ['nothing', /nothing is empty: there is no image in it\.$/],
    ['cifar', /data_batch_1\.bin/],
    ['train-images-idx3-ubyte', /has no IDX file with the labels of the training part\.$/],
    ['gone', /gone cannot be read: it does not exist\.$/],
  ] as const) {
    const failed = openSource(join(top, path))
    await expect(failed, path).rejects.toMatchObject({ name: 'LabError', message: expect.stringMatching(message) })
    await expect(failed, path).rejects.toMatchObject({ hint: expect.stringMatching(/\.$|PATH|\)$/) })
  }
})
