/** Pixels in memory: hashes and channels. Without sharp, so that the lab's own process can use it. */
import { createHash } from 'node:crypto'

/** Decoded source pixels: 8-bit sRGB, upright, uint8 [height, width, channels]; 1 gray, 3 RGB, 4 RGB and alpha. */
export interface Pixels {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3 | 4
  readonly data: Uint8Array
}

/** The same picture with as few channels as it needs: opaque alpha goes, and colours that are all gray become one channel. */
export function simplest(pixels: Pixels): Pixels {
  const { data, channels } = pixels
  if (channels === 1 || (channels === 4 && !opaque(data))) return pixels
  let gray = true
  for (let i = 0; gray && i < data.length; i += channels) gray = data[i] === data[i + 1] && data[i] === data[i + 2]
  const kept = gray ? 1 : 3
  return kept === channels ? pixels : { ...pixels, channels: kept, data: takeChannels(data, channels, kept) }
}

function opaque(rgba: Uint8Array): boolean {
  for (let i = 3; i < rgba.length; i += 4) if (rgba[i] !== 255) return false
  return true
}

function takeChannels(data: Uint8Array, from: number, to: 1 | 3): Uint8Array {
  const count = data.length / from
  const taken = new Uint8Array(count * to)
  for (let i = 0; i < count; i++) for (let c = 0; c < to; c++) taken[i * to + c] = data[i * from + c]!
  return taken
}

/** SHA-256 (hex) of size and pixels: equal for pictures with the same pixels, whatever file they came in. */
export function hashPixels(pixels: Pixels): string {
  const { height, width, channels, data } = simplest(pixels)
  return createHash('sha256').update(`${height} ${width} ${channels}\n`).update(data).digest('hex')
}

/**
 * Changes the number of channels of whole images, uint8 [n, from] → [n, to]. 3 → 1 is the luma of ITU-R BT.601 in whole
 * numbers, which leaves gray pixels exactly as they are; 1 → 3 repeats.
 */
export function convertChannels(data: Uint8Array, from: 1 | 3, to: 1 | 3): Uint8Array {
  if (from === to) return data
  const converted = new Uint8Array((data.length / from) * to)
  if (to === 3) for (let i = 0; i < data.length; i++) converted.fill(data[i]!, 3 * i, 3 * i + 3)
  else
    for (let i = 0; i < converted.length; i++)
      converted[i] = (19595 * data[3 * i]! + 38470 * data[3 * i + 1]! + 7471 * data[3 * i + 2]! + 32768) >>> 16
  return converted
}
