import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { Random } from '../../../src/shared/random/philox'

/** Whether a pixel of a class's figure is bright; x and y from −1 to 1. */
const figures = {
  bar: (x: number) => Math.abs(x) < 0.35,
  beam: (_x: number, y: number) => Math.abs(y) < 0.35,
  disc: (x: number, y: number) => x * x + y * y < 0.5,
  ring: (x: number, y: number) => Math.abs(x) > 0.7 || Math.abs(y) > 0.7,
} as const

/** Names of the four classes, in the order of their labels. */
export const classNames = Object.keys(figures).sort()

/**
 * Writes a folder of class folders with gray PNGs of 12 × 12 to 15 × 15 pixels: a bright figure on a dark, noisy ground,
 * easy to tell apart. The same seed gives the same pictures.
 */
export async function writePictures(folder: string, perClass: number, seed = 1): Promise<void> {
  const random = new Random(seed)
  for (const [name, inside] of Object.entries(figures)) {
    mkdirSync(join(folder, name), { recursive: true })
    for (let i = 0; i < perClass; i++) {
      const side = 12 + random.below(4)
      const pixels = Uint8Array.from({ length: side * side }, (_, at) => {
        const [x, y] = [((at % side) / (side - 1)) * 2 - 1, (Math.floor(at / side) / (side - 1)) * 2 - 1]
        return (inside(x, y) ? 170 : 20) + random.below(60)
      })
      const image = sharp(pixels, { raw: { width: side, height: side, channels: 1 } })
      await image
        .toColourspace('b-w')
        .png()
        .toFile(join(folder, name, `${String(i).padStart(3, '0')}.png`))
    }
  }
}
