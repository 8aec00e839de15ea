import { beforeAll, describe, expect, it } from 'vitest'
import { loadBackend } from '../backends/load'
import { writeDataSet } from '../testing/data-set'
import { BatchMaker, Standardiser } from './batches'
import { openDataSet } from './open'

beforeAll(() => loadBackend({ backend: 'cpu', bindingPath: null, threads: null }))

describe('Standardiser', () => {
  it('is (x / 255 − mean) / (std + 1e-6) of each channel, rounded once', () => {
    const [mean, std] = [
      [0.1, 0.2, 0.3],
      [0.5, 0, 2],
    ]
    const pixels = Uint8Array.from({ length: 3 * 256 }, (_, i) => Math.floor(i / 3))
    const target = new Float32Array(pixels.length)
    new Standardiser(mean!, std!).apply(pixels, target)
    pixels.forEach((x, i) => expect(target[i]).toBe(Math.fround((x / 255 - mean![i % 3]!) / (std![i % 3]! + 1e-6))))
  })
})

describe('BatchMaker', () => {
  it('gathers images and labels in the order of the ids, also in smaller batches after larger ones', () => {
    const dataSet = openDataSet(writeDataSet({ train: 12, validation: 0, test: 4 }))
    const batches = new BatchMaker(dataSet)
    const read = (ids: number[]): { images: number[]; labels: number[]; shape: number[] } => {
      const { images, labels } = batches.make(Uint32Array.from(ids))
      const copy = { images: [...images.dataSync()], labels: [...labels.dataSync()], shape: images.shape }
      images.dispose()
      labels.dispose()
      return copy
    }
    const all = read([0, 1, 2, 3, 4, 5])
    expect(all.shape).toEqual([6, 8, 8, 1])
    const some = read([5, 2])
    expect(some.labels).toEqual([1, 2])
    expect(some.images).toEqual([...all.images.slice(5 * 64), ...all.images.slice(2 * 64, 3 * 64)])
    expect(all.images.reduce((sum, x) => sum + x, 0) / all.images.length).toBeCloseTo(0, 0)
  })
})
