/** BMP, which sharp does not read: decoded by Skia (@napi-rs/canvas), which knows its many header and pixel forms. */
import type { Pixels } from './pixels'

const FILE_HEADER_BYTES = 14

interface BmpHeader {
  readonly width: number
  readonly height: number
  readonly bits: number
  readonly compression: number
  readonly pixelOffset: number
}

function readHeader(bytes: Buffer): BmpHeader {
  if (bytes.length < FILE_HEADER_BYTES + 12) throw new Error('shorter than a BMP header')
  const old = bytes.readUInt32LE(14) === 12
  if (!old && bytes.length < FILE_HEADER_BYTES + 40) throw new Error('shorter than a BMP header')
  return {
    pixelOffset: bytes.readUInt32LE(10),
    width: old ? bytes.readUInt16LE(18) : Math.abs(bytes.readInt32LE(18)),
    height: old ? bytes.readUInt16LE(20) : Math.abs(bytes.readInt32LE(22)),
    bits: bytes.readUInt16LE(old ? 24 : 28),
    compression: old ? 0 : bytes.readUInt32LE(30),
  }
}

/**
 * Decodes a BMP to RGBA. Skia fills what is missing with black, so the length is checked first where it follows from the header.
 * @throws Error saying what is wrong.
 */
async function decode(bytes: Buffer): Promise<Pixels> {
  const { width, height, bits, compression, pixelOffset } = readHeader(bytes)
  const uncompressed = compression === 0 || compression === 3 || compression === 6
  const needed = pixelOffset + Math.ceil((width * bits) / 32) * 4 * height
  if (uncompressed && bytes.length < needed) throw new Error(`${bytes.length} bytes instead of ${needed}`)
  // Loaded when the first BMP comes: few processes ever need it.
  const { createCanvas, loadImage } = await import('@napi-rs/canvas')
  const image = await loadImage(bytes)
  if (image.width !== width || image.height !== height) throw new Error('the size in its header does not hold')
  const context = createCanvas(width, height).getContext('2d')
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, width, height)
  return { width, height, channels: 4, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }
}

/** Decodes a BMP; `size` reads its size only. Both throw an Error on a header that cannot be. */
export const decodeBmp = Object.assign(decode, {
  size(bytes: Buffer): { width: number; height: number } {
    const { width, height } = readHeader(bytes)
    if (width === 0 || height === 0) throw new Error('its header gives no size')
    return { width, height }
  },
})
