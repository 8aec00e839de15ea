/**
 * How fast data sets are imported: MNIST's 70,000 raw images, and a folder of JPEG files that are decoded and resized.
 * Memory is that of the lab's process and its decoders, above what it was before.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { table } from '../src/main/cli/output/table'
import { importDataSet } from '../src/main/lab/datasets/import'
import { formatBytes, formatCount } from '../src/shared/charts/format'
import { Random } from '../src/shared/random/philox'
import { benchArguments } from './arguments'
import { peakAbove } from './memory'
import { report } from './result'

const CLASSES = 10
const PHOTOS_PER_CLASS = 300
/** Side of the photos; they become 32 × 32. */
const SIDE = 256

interface ImportMeasurement {
  readonly source: string
  readonly images: number
  readonly seconds: number
  readonly imagesPerSecond: number
  readonly peakBytes: number
}

/** Writes class folders of noisy JPEG files. */
async function writePhotos(folder: string): Promise<void> {
  const random = new Random(0)
  const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random.below(256))
  for (let i = 0; i < CLASSES * PHOTOS_PER_CLASS; i++) {
    const name = join(folder, `class-${i % CLASSES}`)
    mkdirSync(name, { recursive: true })
    for (let k = 0; k < 200; k++) pixels[random.below(pixels.length)] = random.below(256) // no two are equal
    const image = sharp(pixels, { raw: { width: SIDE, height: SIDE, channels: 3 } })
    await image.jpeg().toFile(join(name, `${i}.jpg`))
  }
}

async function measure(source: string, path: string, dataSetsFolder: string): Promise<ImportMeasurement> {
  const began = performance.now()
  const { value, peakBytes } = await peakAbove(() => importDataSet({ path, dataSetsFolder }))
  const seconds = (performance.now() - began) / 1000
  const { train, validation, test } = value.manifest.parts
  const images = train.count + validation.count + test.count
  return { source, images, seconds, imagesPerSecond: images / seconds, peakBytes }
}

const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-bench-'))
try {
  const photos = join(folder, 'photos')
  const dataSets = join(folder, 'datasets')
  mkdirSync(dataSets)
  await writePhotos(photos)
  const measurements = [
    await measure('MNIST (IDX)', 'mnist', dataSets),
    await measure(`JPEG of ${SIDE} × ${SIDE}`, photos, dataSets),
  ]
  const right = { align: 'right' as const }
  const columns = [
    { head: 'import of' },
    { head: 'images', ...right },
    { head: 'seconds', ...right },
    { head: 'images/s', ...right },
    { head: 'memory above idle', ...right },
  ]
  const rows = measurements.map((m) => [
    m.source,
    formatCount(m.images),
    m.seconds.toFixed(1),
    formatCount(m.imagesPerSecond),
    formatBytes(m.peakBytes),
  ])
  report(benchArguments(), { bench: 'import', measurements }, table(columns, rows))
} finally {
  rmSync(folder, { recursive: true, force: true })
}
