/**
 * Image bytes → pixels. The only way an image file gets into the lab: import and "classify this image" both come through here,
 * in a decode process, never in the lab's own.
 */
import sharp from 'sharp'
import { isImageKind, sniff, type ContentKind } from '../sniff'
import { notAnImage } from '../readers/tree'
import { decodeBmp } from './bmp'
import { convertChannels, simplest, type Pixels } from './pixels'

// One thread an image: the pool has as many images in work as there are cores. The cache would only keep what is read once.
sharp.concurrency(1)
sharp.cache(false)

/** Largest image that is decoded, in pixels (8192 × 8192), and with alpha: 200 MB decoded, 400 MB while it is turned. */
export const MAX_PIXELS = 8192 * 8192
const MAX_PIXELS_ALPHA = 8192 * 6144

/** Why an image cannot be used, and what to do about it. */
export class ImageError extends Error {
  readonly hint: string
  constructor(reason: string, hint: string) {
    super(reason)
    this.hint = hint
  }
}

/** What was noticed on the way, for the report. */
export interface ImageFacts {
  readonly format: ContentKind
  readonly turned: boolean
  readonly animated: boolean
}

/** What an image's header tells: its size, and how its pixels are stored (gray, colour, with alpha). */
export interface ImageHeader extends ImageFacts {
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3 | 4
  /** Upright, its width is its height. */
  readonly quarterTurned: boolean
}

/** Format and size, from the header alone. @throws ImageError when it is no image, or too large. */
export async function readHeader(bytes: Buffer): Promise<ImageHeader> {
  const format = sniff(bytes)
  if (!isImageKind(format)) {
    const [reason, hint] = notAnImage(format).split(': ') as [string, string?]
    throw new ImageError(reason, hint ?? 'remove it or replace it by a readable image')
  }
  if (format === 'bmp')
    return { ...bmpSize(bytes), channels: 3, quarterTurned: false, ...{ format, turned: false, animated: false } }
  const header = await sharp(bytes, { limitInputPixels: false }).metadata().catch(refuse)
  const size = { width: header.width, height: header.pageHeight ?? header.height }
  checkSize(size, header.hasAlpha ? MAX_PIXELS_ALPHA : MAX_PIXELS)
  return {
    ...size,
    channels: header.hasAlpha ? 4 : header.channels < 3 ? 1 : 3,
    quarterTurned: (header.orientation ?? 1) >= 5,
    format,
    turned: (header.orientation ?? 1) > 1,
    animated: (header.pages ?? 1) > 1 && format !== 'tiff',
  }
}

function bmpSize(bytes: Buffer): { width: number; height: number } {
  try {
    const size = decodeBmp.size(bytes)
    // Skia decodes into RGBA.
    checkSize(size, MAX_PIXELS_ALPHA)
    return size
  } catch (cause) {
    return refuse(cause)
  }
}

function checkSize({ width, height }: { width: number; height: number }, most: number): void {
  if (width * height <= most) return
  throw new ImageError(
    `too large: ${width} × ${height} pixels, at most ${Math.floor(most / 1e6)} million are decoded`,
    'scale it down before the import',
  )
}

function refuse(cause: unknown): never {
  if (cause instanceof ImageError) throw cause
  const why = (cause as Error).message.split('\n')[0]!.trim()
  // libvips keeps one text of errors for all its threads: another image's work may have cleared it.
  const detail = why === 'Unknown error' ? '' : ` (${why})`
  throw new ImageError(`cut short or damaged${detail}`, 'fetch or save it again')
}

/**
 * Decodes a whole image: EXIF turn applied, any colour mode and depth to 8-bit sRGB, first frame of an animation.
 * An alpha that is opaque everywhere is dropped, and so are colours that are all gray: equal pictures get equal pixels.
 * @throws ImageError when it cannot be decoded whole.
 */
export async function decodeImage(bytes: Buffer, format: ContentKind): Promise<Pixels> {
  if (format === 'bmp') return simplest(await decodeBmp(bytes).catch(refuse))
  const { data, info } = await sharp(bytes, { failOn: 'error', limitInputPixels: MAX_PIXELS })
    .autoOrient()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch(refuse)
  return simplest({ width: info.width, height: info.height, channels: info.channels as 1 | 3 | 4, data })
}

/** How images are brought to the data set's size. */
export interface Fitting {
  readonly height: number
  readonly width: number
  /** crop: fill and cut the overhang, centred; pad: whole image on the background; stretch: ignore proportions. */
  readonly fit: 'crop' | 'pad' | 'stretch'
  /** Behind transparency and padding, a CSS colour such as `#ffffff`. */
  readonly background: string
}

const sharpFits = { crop: 'cover', pad: 'contain', stretch: 'fill' } as const

/** Resizes (Lanczos 3), alpha laid over the background. @returns uint8 [height, width, 3]; gray pictures as R = G = B. */
export async function fitImage(pixels: Pixels, fitting: Fitting): Promise<Uint8Array> {
  const { height, width, fit, background } = fitting
  // Gray goes in as RGB too: its padding may be coloured.
  const channels = pixels.channels === 4 ? 4 : 3
  const data = pixels.channels === 1 ? convertChannels(pixels.data, 1, 3) : pixels.data
  if (pixels.height === height && pixels.width === width && channels === 3) return data
  const image = sharp(data, {
    raw: { width: pixels.width, height: pixels.height, channels },
    limitInputPixels: MAX_PIXELS,
  })
  return image
    .flatten({ background })
    .resize(width, height, { fit: sharpFits[fit], background })
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer()
}
