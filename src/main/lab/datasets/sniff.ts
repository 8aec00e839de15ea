/** What a file's first bytes say it is. Image formats are the ones the lab reads. */
export type ContentKind =
  | 'png'
  | 'jpeg'
  | 'gif'
  | 'webp'
  | 'tiff'
  | 'bmp'
  | 'avif'
  | 'zip'
  | 'gzip'
  | 'xz'
  | 'tar'
  | 'idx'
  | 'html'
  | 'empty'
  | 'unknown'

/** Bytes that {@link sniff} wants to see (a tar names itself at byte 257). */
export const SNIFF_BYTES = 512

const imageKinds: readonly ContentKind[] = ['png', 'jpeg', 'gif', 'webp', 'tiff', 'bmp', 'avif']

/** Whether the kind is an image format the lab reads. */
export function isImageKind(kind: ContentKind): boolean {
  return imageKinds.includes(kind)
}

/** Tells a file's kind by its first bytes (up to {@link SNIFF_BYTES}); its name plays no part. */
export function sniff(head: Uint8Array): ContentKind {
  if (head.length === 0) return 'empty'
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, SNIFF_BYTES)).toString('latin1')
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png'
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg'
  if (/^GIF8[79]a/.test(text)) return 'gif'
  if (/^RIFF[^]{4}WEBP/.test(text)) return 'webp'
  if (/^(II[*+]\0|MM\0[*+])/.test(text)) return 'tiff'
  // Bytes 6-9 of a BMP are reserved and zero; "BM" alone would take many a text for an image.
  if (/^BM[^]{4}\0\0\0\0/.test(text)) return 'bmp'
  if (/^[^]{4}ftypavi[fs]/.test(text)) return 'avif'
  if (text.startsWith('PK\x03\x04') || text.startsWith('PK\x05\x06')) return 'zip'
  if (text.startsWith('\x1f\x8b')) return 'gzip'
  if (text.startsWith('\xfd7zXZ\0')) return 'xz'
  if (text.slice(257, 262) === 'ustar') return 'tar'
  // IDX: two zero bytes, an element type, a number of dimensions.
  const [zero, zero2, type = 0, dimensions = 0] = head
  if (zero === 0 && zero2 === 0 && [8, 9, 11, 12, 13, 14].includes(type) && dimensions >= 1 && dimensions <= 4)
    return 'idx'
  if (/^(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body|script|!--)/i.test(text)) return 'html'
  return 'unknown'
}

const imageExtensions: Readonly<Record<string, ContentKind>> = {
  png: 'png',
  apng: 'png',
  jpg: 'jpeg',
  jpeg: 'jpeg',
  jpe: 'jpeg',
  jfif: 'jpeg',
  gif: 'gif',
  webp: 'webp',
  tif: 'tiff',
  tiff: 'tiff',
  bmp: 'bmp',
  dib: 'bmp',
  avif: 'avif',
}

/** The image format that a name's extension promises, or null when it promises none. */
export function promisedKind(name: string): ContentKind | null {
  return imageExtensions[/\.([^./]+)$/.exec(name.toLowerCase())?.[1] ?? ''] ?? null
}
