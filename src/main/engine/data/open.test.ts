import { readFileSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import { writeDataSet } from '../testing/data-set'
import { openDataSet, partIds } from './open'

let folder: string
beforeEach(() => {
  folder = writeDataSet({ train: 12, validation: 4, test: 8 })
})

const manifest = (change: (json: Record<string, unknown>) => void): void => {
  const file = join(folder, 'dataset.json')
  const json = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  change(json)
  writeFileSync(file, JSON.stringify(json))
}

describe('openDataSet', () => {
  it('gives shape, labels and the parts’ ids', () => {
    const dataSet = openDataSet(folder)
    expect(dataSet.input).toEqual({ height: 8, width: 8, channels: 1, classes: 4 })
    expect(Array.from(dataSet.labels.subarray(0, 5))).toEqual([0, 1, 2, 3, 0])
    expect(Array.from(partIds(dataSet, 'validation'))).toEqual([12, 13, 14, 15])
  })

  it('reads the same pixels from memory and by position', () => {
    const pixels = (dataSet: ReturnType<typeof openDataSet>): Uint8Array => {
      const target = new Uint8Array(3 * 64)
      dataSet.copyImage(23, target, 64)
      dataSet.copyImage(0, target, 128)
      dataSet.close()
      return target
    }
    const file = readFileSync(join(folder, 'images.u8'))
    const held = pixels(openDataSet(folder))
    expect(Buffer.from(held.subarray(64, 128)).equals(file.subarray(23 * 64, 24 * 64))).toBe(true)
    expect(pixels(openDataSet(folder, 0))).toEqual(held)
  })

  it.each<[string, string, () => void]>([
    ['short images', 'images.u8', () => truncateSync(join(folder, 'images.u8'), 100)],
    ['missing labels', 'labels.u16', () => unlinkSync(join(folder, 'labels.u16'))],
    [
      'a label past the classes',
      'class 9',
      () => writeFileSync(join(folder, 'labels.u16'), new Uint16Array(24).fill(9)),
    ],
    ['no manifest', 'dataset.json', () => unlinkSync(join(folder, 'dataset.json'))],
    ['broken JSON', 'dataset.json', () => writeFileSync(join(folder, 'dataset.json'), '{')],
    ['a strange field', 'dataset.json', () => manifest((json) => (json['extra'] = 1))],
    ['a mean of another channel count', 'mean', () => manifest((json) => (json['mean'] = [0, 0, 0]))],
    [
      'parts that overlap',
      'part test',
      () => manifest((json) => ((json['parts'] as { test: { offset: number } }).test.offset = 1)),
    ],
  ])('refuses %s and names it', (_, named, damage) => {
    damage()
    const open = (): unknown => openDataSet(folder)
    expect(open).toThrow(LabError)
    expect(open).toThrow(named)
  })
})
