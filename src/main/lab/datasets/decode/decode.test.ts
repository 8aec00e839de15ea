import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { pngOfSize } from '../../../../../tests/fixtures/data'
import { decodeImage, fitImage, ImageError, readHeader, type Fitting } from './decode'
import { convertChannels, hashPixels, type Pixels } from './pixels'

async function decode(bytes: Buffer): Promise<Pixels> {
  return decodeImage(bytes, (await readHeader(bytes)).format)
}

/** 2 × 2: red, green / blue, white. */
const corners = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255])
const cornersRaw = { raw: { width: 2, height: 2, channels: 3 as const } }
const crop: Fitting = { height: 4, width: 4, fit: 'crop', background: '#ffffff' }

/** The corners as an uncompressed BMP of 24 bits, bottom row first. */
function bmp(rows: 'bottom first' | 'top first', bits: 8 | 24 = 24): Buffer {
  const colours = [0, 1, 2, 3].map((i) => [...corners.subarray(3 * i, 3 * i + 3)].reverse())
  const line = (a: number, b: number): number[] => (bits === 24 ? [...colours[a]!, ...colours[b]!, 0, 0] : [a, b, 0, 0])
  const data = Buffer.from(rows === 'top first' ? [...line(0, 1), ...line(2, 3)] : [...line(2, 3), ...line(0, 1)])
  const palette = bits === 8 ? Buffer.from(colours.flatMap((c) => [...c, 0])) : Buffer.alloc(0)
  const header = Buffer.alloc(54)
  header.write('BM')
  header.writeUInt32LE(54 + palette.length, 10)
  header.writeUInt32LE(40, 14)
  header.writeInt32LE(2, 18)
  header.writeInt32LE(rows === 'top first' ? -2 : 2, 22)
  header.writeUInt16LE(1, 26)
  header.writeUInt16LE(bits, 28)
  header.writeUInt32LE(bits === 8 ? 4 : 0, 46)
  return Buffer.concat([header, palette, data])
}

describe('decoding', () => {
  const lossless: [string, () => Promise<Buffer> | Buffer][] = [
    ['PNG', () => sharp(corners, cornersRaw).png().toBuffer()],
    ['PNG with a palette', () => sharp(corners, cornersRaw).png({ palette: true, colours: 4, dither: 0 }).toBuffer()],
    ['PNG with opaque alpha', () => sharp(corners, cornersRaw).ensureAlpha().png().toBuffer()],
    ['PNG of 16 bit', () => sharp(corners, cornersRaw).toColourspace('rgb16').png().toBuffer()],
    ['GIF', () => sharp(corners, cornersRaw).gif({ dither: 0 }).toBuffer()],
    ['WEBP', () => sharp(corners, cornersRaw).webp({ lossless: true }).toBuffer()],
    ['TIFF', () => sharp(corners, cornersRaw).tiff({ compression: 'lzw' }).toBuffer()],
    [
      'TIFF of 16 bit',
      () => sharp(corners, cornersRaw).toColourspace('rgb16').tiff({ compression: 'none' }).toBuffer(),
    ],
    ['BMP', () => bmp('bottom first')],
    ['BMP, top row first', () => bmp('top first')],
    ['BMP with a palette', () => bmp('bottom first', 8)],
  ]
  test.each(lossless)('%s gives the same pixels and the same hash', async (_, make) => {
    const pixels = await decode(await make())
    expect({ ...pixels, data: [...pixels.data] }).toEqual({ width: 2, height: 2, channels: 3, data: [...corners] })
    expect(hashPixels(pixels)).toBe(hashPixels({ width: 2, height: 2, channels: 3, data: corners }))
  })

  test('CMYK JPEG becomes RGB', async () => {
    const blue = sharp({ create: { width: 16, height: 16, channels: 3, background: '#3060c0' } })
    const pixels = await decode(await blue.toColourspace('cmyk').jpeg().toBuffer())
    expect(pixels.channels).toBe(3)
    expect(pixels.data[2]! - pixels.data[0]!).toBeGreaterThan(80)
  })

  test('gray of any depth becomes one 8-bit channel', async () => {
    const gray = Uint16Array.of(0, 0x8080, 0xffff, 0x4040)
    const png = await sharp(gray, { raw: { width: 2, height: 2, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    expect(await decode(png)).toMatchObject({ channels: 1, data: Uint8Array.of(0, 128, 255, 64) })
  })

  test('an EXIF turn is applied', async () => {
    // Orientation 6: to be turned clockwise for viewing.
    const turned = await sharp(corners, cornersRaw)
      .tiff({ compression: 'none' })
      .withMetadata({ orientation: 6 })
      .toBuffer()
    expect((await readHeader(turned)).turned).toBe(true)
    const { data } = await decode(turned)
    expect([...data.subarray(0, 6)]).toEqual([0, 0, 255, 255, 0, 0])
  })

  test('an animation gives its first frame', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 2, height: 2, channels: 3, background } })
        .png()
        .toBuffer()
    const gif = await sharp([await frame('#ff0000'), await frame('#0000ff')], { join: { animated: true } })
      .gif()
      .toBuffer()
    expect(await readHeader(gif)).toMatchObject({ animated: true, width: 2, height: 2 })
    expect(await decode(gif)).toMatchObject({
      height: 2,
      data: new Uint8Array([255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 0, 0]),
    })
  })
})

describe('images that are refused', () => {
  const refused = async (bytes: Buffer): Promise<ImageError> =>
    decode(bytes).then(
      () => Promise.reject(new Error('it was decoded')),
      (e: ImageError) => e,
    )

  test.each(['jpeg', 'png', 'gif', 'webp', 'tiff'] as const)('a truncated %s', async (format) => {
    const noise = sharp({
      create: {
        width: 90,
        height: 90,
        channels: 3,
        background: '#888',
        noise: { type: 'gaussian', mean: 128, sigma: 50 },
      },
    })
    const whole = await noise.toFormat(format).toBuffer()
    const error = await refused(whole.subarray(0, Math.floor(whole.length * 0.7)))
    expect(error).toBeInstanceOf(ImageError)
    expect([error.message, error.hint]).toEqual([
      expect.stringContaining('cut short or damaged'),
      'fetch or save it again',
    ])
  })

  test('a truncated BMP', async () => {
    expect((await refused(bmp('top first').subarray(0, 60))).message).toContain('60 bytes instead of 70')
  })

  test('HTML, nothing, text', async () => {
    expect(await refused(Buffer.from('\n<!DOCTYPE HTML><html>'))).toMatchObject({
      message: 'a web page (HTML), not an image',
      hint: 'download the picture itself',
    })
    expect((await refused(Buffer.alloc(0))).message).toBe('empty (0 bytes)')
    expect((await refused(Buffer.from('BM is how this text begins'))).message).toContain(
      'not an image of a known format',
    )
  })

  test('20,000 × 20,000 pixels, by the header alone', async () => {
    const huge = await pngOfSize(20_000)
    expect(await refused(huge)).toMatchObject({
      message: 'too large: 20000 × 20000 pixels, at most 50 million are decoded',
      hint: 'scale it down before the import',
    })
    const header = bmp('top first')
    header.writeInt32LE(20_000, 18)
    header.writeInt32LE(20_000, 22)
    expect((await refused(header)).message).toContain('too large: 20000 × 20000')
  })
})

describe('fitting', () => {
  /** 8 × 4, left half black, right half white. */
  const halves: Pixels = {
    height: 4,
    width: 8,
    channels: 1,
    data: Uint8Array.from({ length: 32 }, (_, i) => (i % 8 < 4 ? 0 : 255)),
  }
  const row = (fitted: Uint8Array, y: number): number[] => Array.from({ length: 4 }, (_, x) => fitted[(y * 4 + x) * 3]!)

  test('crop takes the middle, stretch everything, pad lays it on the background', async () => {
    expect(row(await fitImage(halves, crop), 0)).toEqual([0, 0, 255, 255])
    const stretched = row(await fitImage(halves, { ...crop, fit: 'stretch' }), 0)
    expect([stretched[0]! < 40, stretched[3]! > 215]).toEqual([true, true])
    const padded = await fitImage(halves, { ...crop, fit: 'pad', background: '#00ff00' })
    expect([...padded.subarray(0, 3)]).toEqual([0, 255, 0])
    expect(row(padded, 1)[0]).toBeLessThan(40)
  })

  test('the same size stays as it is; alpha is laid over the background', async () => {
    const same: Pixels = { height: 2, width: 2, channels: 3, data: corners }
    expect(await fitImage(same, { ...crop, height: 2, width: 2 })).toEqual(corners)
    const clear: Pixels = { height: 2, width: 2, channels: 4, data: new Uint8Array(16) }
    expect(new Set(await fitImage(clear, { ...crop, background: '#123456' }))).toEqual(new Set([0x12, 0x34, 0x56]))
  })

  test('luma leaves gray as it is and weighs colours as BT.601 does', () => {
    const grays = Uint8Array.from({ length: 256 }, (_, i) => i)
    expect(convertChannels(convertChannels(grays, 1, 3), 3, 1)).toEqual(grays)
    expect([...convertChannels(corners, 3, 1)]).toEqual([76, 150, 29, 255])
  })
})
