import { createHash } from 'node:crypto'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeEach, describe, expect, test } from 'vitest'
import {
  cifarRecords,
  idxSet,
  picture,
  pngOfSize,
  temporaryFolder,
  twoClasses,
  writeTree,
  zip,
} from '../../../../tests/fixtures/data'
import { readIndex, readLabels, readManifest, readReport } from './cache'
import { importDataSet, type ImportHooks, type ImportResult } from './import'
import type { ImportOptions } from './options'
import type { ImportProgress } from './progress'
import { prepareImage, prepareImages } from './prepare-image'
import { readImages } from './thumbnails'

let top: string
let dataSetsFolder: string
beforeEach(async () => {
  top = await temporaryFolder()
  dataSetsFolder = join(top, 'home/datasets')
})

function importPath(
  path: string,
  options: Partial<ImportOptions> = {},
  hooks: ImportHooks = {},
): Promise<ImportResult> {
  return importDataSet({ path: join(top, path), dataSetsFolder, ...options }, hooks)
}

describe('records', () => {
  test('IDX keeps size and order; labels, statistics and hash are what they should be', async () => {
    await writeTree(join(top, 'set'), idxSet(7, 4))
    const { manifest, folder, report } = await importPath('set')
    expect(manifest).toMatchObject({
      name: 'set',
      known: null,
      height: 3,
      width: 2,
      channels: 1,
      parts: { train: { offset: 0, count: 7 }, validation: { offset: 7, count: 0 }, test: { offset: 7, count: 4 } },
      source: { reader: 'idx', fit: 'none' },
    })
    expect([...(await readLabels(folder))]).toEqual([0, 1, 2, 0, 1, 2, 0, 0, 1, 2, 0])
    const images = await readFile(join(folder, 'images.u8'))
    expect([...images.subarray(0, 12)]).toEqual([0, 1, 2, 3, 4, 5, 1, 1, 2, 3, 4, 5])
    const train = [...images.subarray(0, 42)].map((v) => v / 255)
    const mean = train.reduce((a, b) => a + b) / 42
    expect(manifest.mean[0]).toBeCloseTo(mean, 12)
    expect(manifest.std[0]).toBeCloseTo(Math.sqrt(train.reduce((a, b) => a + (b - mean) ** 2, 0) / 42), 12)
    const head = '{"height":3,"width":2,"channels":1,"classes":["0","1","2"],"counts":[7,0,4]}\n'
    const labels = await readFile(join(folder, 'labels.u16'))
    expect(manifest.hash).toBe(createHash('sha256').update(head).update(labels).update(images).digest('hex'))
    expect((await readIndex(folder))[8]).toEqual({
      name: 't10k-images/00001',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(await readReport(folder)).toEqual(report)
    expect(report.classes[0]).toEqual({ name: '0', train: 3, validation: 0, test: 2 })
  })

  test('CIFAR resized, to one channel, with a validation part', async () => {
    await writeTree(join(top, 'c'), {
      'data_batch_1.bin': cifarRecords(Array.from({ length: 40 }, (_, i) => [i % 10])),
      'test_batch.bin': cifarRecords(
        Array.from({ length: 10 }, (_, i) => [i]),
        100,
      ),
    })
    const { manifest, folder, report } = await importPath('c', { size: 8, channels: 1, validationShare: 0.25 })
    expect(manifest).toMatchObject({ height: 8, width: 8, channels: 1, source: { size: 8, fit: 'crop' } })
    expect(manifest.parts).toEqual({
      train: { offset: 0, count: 30 },
      validation: { offset: 30, count: 10 },
      test: { offset: 40, count: 10 },
    })
    expect(report.classes.every((c) => c.train === 3 && c.validation === 1 && c.test === 1)).toBe(true)
    const [first] = await readImages(folder, manifest, [40])
    expect(first).toBe(Math.round(0.299 * 100 + 0.587 * 2 + 0.114 * 3))
  })
})

describe('class folders', () => {
  test('the same content from a folder and a zip is one data set', async () => {
    const files = await twoClasses(5)
    await writeTree(join(top, 'pictures/wrapped'), files)
    await writeFile(
      join(top, 'pictures.zip'),
      zip({ ...Object.fromEntries(Object.entries(files).reverse()), 'README.md': 'x' }),
    )
    const first = await importPath('pictures')
    const second = await importPath('pictures.zip')
    expect([first.existing, second.existing, second.folder]).toEqual([false, true, first.folder])
    expect(await readdir(dataSetsFolder)).toEqual([first.folder.slice(dataSetsFolder.length + 1)])
    expect(first.manifest).toMatchObject({
      name: 'pictures',
      height: 32,
      width: 32,
      channels: 3,
      classes: ['blue', 'red'],
    })
    expect(first.report.classes).toEqual(['blue', 'red'].map((name) => ({ name, train: 4, validation: 0, test: 1 })))
    expect(first.report.notes.join('\n')).toMatch(/10 images smaller than 32 × 32, enlarged/)
    expect(first.report.notes.join('\n')).toMatch(/No test part came with it: 20 % of every class/)
    const other = await importPath('pictures', { splitSeed: 1 }, { findByHash: () => null })
    expect(other.manifest.hash).not.toBe(first.manifest.hash)
  })

  test('the lab’s own record of the content is asked first', async () => {
    await writeTree(join(top, 'p'), await twoClasses(3))
    const first = await importPath('p', { name: 'one' })
    const asked: string[] = []
    const again = await importPath('p', { name: 'another' }, { findByHash: (hash) => (asked.push(hash), first.folder) })
    expect([again.existing, again.folder, again.manifest.name, asked]).toEqual([
      true,
      first.folder,
      'one',
      [first.manifest.hash],
    ])
  })

  test('all gray gives one channel, gray among colour three', async () => {
    await writeTree(join(top, 'g'), {
      'a/1.png': await picture('#404040'),
      'a/2.png': await picture('#414141'),
      'b/1.png': await picture('#808080'),
      'b/2.png': await picture('#818181'),
    })
    expect((await importPath('g')).manifest).toMatchObject({ channels: 1, mean: [expect.any(Number)] })
    await writeTree(join(top, 'g'), { 'b/3.png': await picture('red') })
    const { manifest, report } = await importPath('g')
    expect([manifest.channels, manifest.mean.length]).toEqual([3, 3])
    expect(report.notes.join('\n')).toContain('4 images gray among colour')
  })

  test('duplicates across parts and classes, imbalance, skipped files with reasons', async () => {
    const same = await picture('#123456', 1)
    const jpeg = await sharp({
      create: {
        width: 60,
        height: 60,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 50 },
      },
    })
      .jpeg()
      .toBuffer()
    await writeTree(join(top, 'd'), {
      'train/a/1.png': same,
      'train/a/2.png': await picture('red'),
      'train/a/wrong.jpg': await sharp(await picture('blue'))
        .gif()
        .toBuffer(),
      'train/b/1.png': await sharp(same).tiff({ compression: 'lzw' }).toBuffer(),
      'train/b/cut.jpg': jpeg.subarray(0, 700),
      'train/b/page.jpg': '<html><body>404</body></html>',
      'test/a/1.png': same,
    })
    const { report, folder } = await importPath('d')
    expect(report.duplicates).toEqual([
      { names: ['train/a/1.png', 'train/b/1.png', 'test/a/1.png'], acrossParts: true, acrossClasses: true },
    ])
    expect(report.imbalance).toBe(4)
    expect(report.skipped).toEqual([
      {
        path: 'train/b/cut.jpg',
        reason: expect.stringMatching(/^cut short or damaged( \(.*premature end.*\))?: fetch or save it again$/),
      },
      { path: 'train/b/page.jpg', reason: 'a web page (HTML), not an image: download the picture itself' },
    ])
    expect(report.notes).toContain('Without a test image: b.')
    expect(report.notes.join('\n')).toContain('2 images with another extension than its content')
    expect((await readIndex(folder)).map((e) => e.name)).toEqual([
      'train/a/1.png',
      'train/a/2.png',
      'train/a/wrong.jpg',
      'train/b/1.png',
      'test/a/1.png',
    ])
  })

  test('a class none of whose images can be read is named', async () => {
    await writeTree(join(top, 'x'), { ...(await twoClasses(2)), 'torn/1.jpg': '<html>', 'torn/2.jpg': '' })
    await expect(importPath('x')).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringMatching(
        /the class folder torn has no readable training image \(torn\/[12]\.jpg: (a web page|empty)/,
      ),
      hint: expect.stringContaining('remove the folder'),
    })
    expect(await readdir(dataSetsFolder)).toEqual([])
  })

  test('a damaged member of a zip is skipped', async () => {
    const archive = zip(await twoClasses(3))
    archive[archive.indexOf('IDAT') + 8]! ^= 1
    await writeFile(join(top, 'z.zip'), archive)
    const { report } = await importPath('z.zip')
    expect(report.skipped).toEqual([
      { path: 'red/000.png', reason: expect.stringContaining('its checksum in the archive does not hold') },
    ])
  })

  test('a large image is decoded alone, one of 20,000 × 20,000 pixels is skipped', async () => {
    const plain = (side: number): Promise<Buffer> =>
      sharp({ create: { width: side, height: side, channels: 3, background: 'red' } })
        .png()
        .toBuffer()
    await writeTree(join(top, 'l'), {
      ...(await twoClasses(2)),
      'red/huge.png': await pngOfSize(20_000),
      'red/large.png': await plain(4100),
    })
    const { report } = await importPath('l')
    expect(report.skipped).toEqual([
      { path: 'red/huge.png', reason: expect.stringContaining('too large: 20000 × 20000 pixels') },
    ])
    expect(report.classes[1]).toMatchObject({ name: 'red', train: 2, test: 1 })
  }, 60_000)
})

describe('whole or not at all', () => {
  test('a cancelled import leaves nothing', async () => {
    await writeTree(join(top, 'p'), await twoClasses(60))
    const abort = new AbortController()
    const seen: ImportProgress[] = []
    const run = importPath(
      'p',
      {},
      {
        signal: abort.signal,
        onProgress: (p) => {
          seen.push(p)
          if (p.phase === 'decoding') abort.abort(new Error('cancelled'))
        },
      },
    )
    await expect(run).rejects.toThrow('cancelled')
    expect(await readdir(dataSetsFolder)).toEqual([])
    expect(seen[0]).toEqual({ phase: 'inspecting', done: 0, total: 0, detail: null })
  })

  test('progress ends with all images in every phase', async () => {
    await writeTree(join(top, 'p'), await twoClasses(4))
    const last = new Map<string, ImportProgress>()
    await importPath('p', {}, { onProgress: (p) => last.set(p.phase, p) })
    expect([last.get('decoding'), last.get('writing')]).toMatchObject([
      { done: 8, total: 8 },
      { done: 8, total: 8 },
    ])
  })

  test('a disk without room: said with the bytes, before any work, nothing left', async () => {
    await writeTree(join(top, 'p'), await twoClasses(4))
    await expect(importPath('p', {}, { freeBytes: async () => 1000 })).rejects.toMatchObject({
      kind: 'storage',
      message: expect.stringMatching(/No room on the disk of .*datasets: the import needs 1\.1 MB, 0\.0 MB are free/),
    })
    expect(await readdir(dataSetsFolder)).toEqual([])
  })

  test('a whole folder that no record knows is taken up, a damaged one replaced', async () => {
    await writeTree(join(top, 'p'), await twoClasses(4))
    const first = await importPath('p')
    expect((await importPath('p')).existing).toBe(true)
    await writeFile(join(first.folder, 'dataset.json'), '{')
    const again = await importPath('p')
    expect([again.existing, again.folder]).toEqual([false, first.folder])
    expect((await readManifest(first.folder)).hash).toBe(first.manifest.hash)
  })

  test('impossible options name the rule', async () => {
    for (const [options, message] of [
      [{ size: 0 }, 'size cannot be 0'],
      [{ background: 'sky' }, 'background cannot be sky'],
      [{ validationShare: 1 }, 'validation share cannot be 1'],
      [{ splitSeed: -1 }, 'split seed cannot be -1'],
    ] as const)
      await expect(importPath('p', options)).rejects.toMatchObject({
        kind: 'bad-input',
        message: expect.stringContaining(message),
        hint: expect.stringContaining('It must be'),
      })
  })
})

describe('one way of preparing', () => {
  test('an image prepared alone has the pixels it has in the data set', async () => {
    const files: Record<string, Buffer> = {}
    const make = (i: number, fit: 'png' | 'jpeg' | 'webp'): Promise<Buffer> =>
      sharp({
        create: {
          width: 50 + i,
          height: 40,
          channels: 4,
          background: { r: 40 * i, g: 90, b: 200, alpha: 0.5 },
          noise: { type: 'gaussian', mean: 128, sigma: 40 },
        },
      })
        .toFormat(fit)
        .toBuffer()
    for (let i = 0; i < 3; i++)
      for (const kind of ['png', 'jpeg', 'webp'] as const) files[`${kind}/${i}.${kind}`] = await make(i, kind)
    await writeTree(join(top, 'p'), files)
    for (const options of [
      {},
      { fit: 'pad', background: '#102030', size: 20 },
      { channels: 1, fit: 'stretch' },
    ] as const) {
      const { manifest, folder } = await importPath('p', options)
      const index = await readIndex(folder)
      const prepared = await prepareImages(
        index.map(({ name }) => join(top, 'p', name)),
        manifest,
      )
      const stored = await readImages(
        folder,
        manifest,
        index.map((_, id) => id),
      )
      expect(Buffer.concat(prepared).equals(stored)).toBe(true)
    }
  })

  test('an image that cannot be used is named with reason and way out', async () => {
    await writeTree(join(top, 'p'), { ...(await twoClasses(2)), 'page.jpg': '<!doctype html>' })
    const { manifest, folder } = await importPath('p')
    await expect(prepareImage(join(top, 'p/page.jpg'), manifest)).rejects.toMatchObject({
      kind: 'bad-input',
      message: `${join(top, 'p/page.jpg')} cannot be used: a web page (HTML), not an image.`,
      hint: 'Download the picture itself.',
    })
    await expect(prepareImage(join(top, 'none.png'), manifest)).rejects.toMatchObject({
      message: expect.stringContaining('ENOENT'),
    })
    await expect(readImages(folder, manifest, [4])).rejects.toMatchObject({
      kind: 'not-found',
      hint: 'Image ids go from 0 to 3.',
    })
  })
})
