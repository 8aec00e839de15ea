import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DATASET_VERSION, type DataSetManifest, type PartName } from '../../../shared/data/dataset'
import type { InputShape } from '../../../shared/experiment/family'
import { Random } from '../../../shared/random/philox'

/**
 * Writes a small data set that can be learnt: each class lights its own stripe of the image, under noise.
 * @param folder made here
 */
export function writeStripes(folder: string, counts: Record<PartName, number>, input: InputShape): void {
  mkdirSync(folder)
  const { height, width, channels, classes } = input
  const total = counts.train + counts.validation + counts.test
  const size = height * width * channels
  const random = new Random(7)
  const labels = Uint16Array.from({ length: total }, (_, i) => i % classes)
  const images = Uint8Array.from({ length: total * size }, (_, at) => {
    const row = Math.floor((at % size) / (width * channels))
    const lit = Math.floor((row * classes) / height) === labels[Math.floor(at / size)]
    return random.below(120) + (lit ? 120 : 0)
  })
  const training = images.subarray(0, counts.train * size)
  const { mean, std } = statistics(training, channels)
  const manifest: DataSetManifest = {
    version: DATASET_VERSION,
    name: 'stripes',
    hash: createHash('sha256').update(labels).update(images).digest('hex'),
    known: null,
    height,
    width,
    channels: channels as 1 | 3,
    classes: Array.from({ length: classes }, (_, k) => `stripe ${k}`),
    parts: {
      train: { offset: 0, count: counts.train },
      validation: { offset: counts.train, count: counts.validation },
      test: { offset: counts.train + counts.validation, count: counts.test },
    },
    mean,
    std,
    source: {
      path: 'made by a test',
      reader: 'folder',
      size: height,
      fit: 'none',
      background: '#000000',
      splitSeed: 0,
      coarse: false,
    },
    importedAt: '2026-01-01T00:00:00.000Z',
  }
  writeFileSync(join(folder, 'dataset.json'), JSON.stringify(manifest))
  writeFileSync(join(folder, 'images.u8'), images)
  writeFileSync(join(folder, 'labels.u16'), labels)
}

function statistics(pixels: Uint8Array, channels: number): { mean: number[]; std: number[] } {
  const values = (channel: number): number[] =>
    Array.from(pixels)
      .filter((_, i) => i % channels === channel)
      .map((x) => x / 255)
  const average = (of: readonly number[]): number => of.reduce((sum, x) => sum + x, 0) / of.length
  const all = Array.from({ length: channels }, (_, channel) => values(channel))
  const mean = all.map(average)
  const std = all.map((of, channel) => Math.sqrt(average(of.map((x) => (x - mean[channel]!) ** 2))))
  return { mean, std }
}
