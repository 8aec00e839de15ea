import { describe, expect, it } from 'vitest'
import { imageCount, partOf, sourceName } from './facts'
import { scaleName, wallScales } from './scales'
import { pixelScale } from './pixels'
import { sampleDataSet } from '../../dev/samples'

describe('scales of images', () => {
  it.each([
    [28, 56, 2],
    [32, 64, 2],
    [64, 56, 1],
    [96, 64, 1],
    [224, 56, 1 / 4],
    [1024, 56, 1 / 19],
    [1, 56, 56],
  ])('images of %i pixels beside a target of %i are drawn at %d', (side, target, scale) => {
    expect(pixelScale(side, side, target)).toBe(scale)
  })
  it('offers at least one for every side a data set may have', () => {
    for (const side of [1, 8, 28, 224, 1024]) expect(wallScales(side).length, String(side)).toBeGreaterThan(0)
  })
  it('names them', () => expect([scaleName(2), scaleName(1 / 3)]).toEqual(['2 ×', '1/3 ×']))
})

describe('facts of a data set', () => {
  const { manifest } = sampleDataSet()
  it('count its images and know the part of each', () => {
    expect(imageCount(manifest)).toBe(70_000)
    expect([0, 59_999, 60_000, 69_999].map((image) => partOf(manifest, image))).toEqual([
      'train',
      'train',
      'test',
      'test',
    ])
  })
  it('name what was dropped instead of the lab’s own copy of it', () => {
    const copy = '/lab/uploads/d761a656-6131-4a23-97a5-990ce0432292/Dropped files'
    expect(sourceName(`${copy}/messy pets`)).toBe('Dropped on the window: messy pets')
    expect(sourceName(copy)).toBe('Dropped on the window: several items')
    expect(sourceName('/home/you/uploads/pets')).toBe('/home/you/uploads/pets')
  })
})
