import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, describe, expect, it } from 'vitest'
import type { DataSetManifest } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import { files } from './cache'
import type { DataSetRow } from './data-sets'
import { imagePng, imageReader } from './image-png'
import { PreviewStore } from './preview-store'

const made: string[] = []
afterEach(() => Promise.all(made.splice(0).map((folder) => rm(folder, { recursive: true }))))

const part = (count: number): { count: number; offset: number } => ({ count, offset: 0 })

/** A data set's folder with two images of 2 × 3 pixels. */
async function dataSet(channels: 1 | 3): Promise<[string, DataSetManifest, Uint8Array]> {
  const folder = await mkdtemp(join(tmpdir(), 'hrm-png-'))
  made.push(folder)
  const pixels = Uint8Array.from({ length: 2 * 2 * 3 * channels }, (_, i) => (i * 37) % 256)
  await writeFile(join(folder, files.images), pixels)
  const shape = { name: 'small', height: 2, width: 3, channels }
  const manifest = { ...shape, parts: { train: part(2), validation: part(0), test: part(0) } }
  return [folder, manifest as unknown as DataSetManifest, pixels]
}

describe('imagePng', () => {
  it.each([1, 3] as const)('keeps every pixel of %i channels', async (channels) => {
    const [folder, manifest, pixels] = await dataSet(channels)
    const png = await imagePng(folder, manifest, 1)
    const { format, width, height, channels: stored } = await sharp(png).metadata()
    expect([format, height, width, stored]).toEqual(['png', 2, 3, channels])
    const colourspace = channels === 1 ? 'b-w' : 'srgb'
    const data = await sharp(png).toColourspace(colourspace).raw().toBuffer()
    expect([...data]).toEqual([...pixels.subarray(pixels.length / 2)])
  })

  it('has none beyond the last', async () => {
    const [folder, manifest] = await dataSet(1)
    await expect(imagePng(folder, manifest, 2)).rejects.toMatchObject({ kind: 'not-found' })
  })
})

describe('imageReader', () => {
  it('reads by whole ids only, looking each up once', async () => {
    const [folder, manifest] = await dataSet(3)
    const asked: string[] = []
    const get = (reference: string): DataSetRow => {
      asked.push(reference)
      return { id: 'abc', manifest } as DataSetRow
    }
    const read = imageReader({ get, folder: () => folder }, new PreviewStore())
    await expect(read('small/0.png')).rejects.toMatchObject({ kind: 'not-found' })
    expect(await read('abc/0.png')).toEqual(await imagePng(folder, manifest, 0))
    expect(await read('abc/1.png')).toEqual(await imagePng(folder, manifest, 1))
    expect(asked).toEqual(['small', 'abc'])
  })

  it('finds previews by their token, and nothing by any other address', async () => {
    const previews = new PreviewStore()
    const get = (): never => {
      throw new LabError('not-found', 'There is no data set.')
    }
    const read = imageReader({ get, folder: () => '' }, previews)
    const token = previews.add([Buffer.from('first'), Buffer.from('second')])
    expect(await read(`preview/${token}/1.png`)).toEqual(Buffer.from('second'))
    for (const tail of [
      `preview/${token}/2.png`,
      'preview/none/0.png',
      'abc',
      '',
      'a/b/0.png',
      '../x/0.png',
      'a/-1.png',
    ])
      await expect(read(tail), tail).rejects.toMatchObject({ kind: 'not-found' })
  })
})
