/** Folders as people have them, made on the spot. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import { onTestFinished } from 'vitest'

/** A folder that goes when the test ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hrm-lab-drop-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}

/** Writes files by their path below a folder. */
export async function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

/** An image whose left half is one gray and the right half another; each pair of grays is another image. */
export async function picture(left: number, right: number, format: 'png' | 'jpeg' = 'png'): Promise<Buffer> {
  const side = 12
  const pixels = Uint8Array.from({ length: side * side }, (_, at) => (at % side < side / 2 ? left : right))
  const image = sharp(pixels, { raw: { width: side, height: side, channels: 1 } }).toColourspace('b-w')
  // A photo lies on its side and says so.
  return format === 'png' ? image.png().toBuffer() : image.jpeg().withMetadata({ orientation: 6 }).toBuffer()
}

/** Images that the messy folder holds and can be used. */
export const USABLE = 20
/** What is left out of it, with the reason. */
export const LEFT_OUT = ['cats/saved-page.jpg', 'cats/empty.png', 'cats/older/1.png', 'dogs/notes.txt'] as const

/** Cats are bright on the left, dogs on the right: PNGs, turned JPEGs, a web page called .jpg, an empty file, others. */
export async function writeMessyFolder(folder: string): Promise<void> {
  const files: Record<string, string | Uint8Array> = {
    'README.md': '# My pets\n',
    'cats/saved-page.jpg': '<!doctype html><title>404</title>',
    'cats/empty.png': '',
    'cats/older/1.png': await picture(200, 10),
    'dogs/notes.txt': 'good dog',
    'dogs/Thumbs.db': 'x',
  }
  for (let i = 0; i < USABLE / 2; i++) {
    const [format, ending] = i % 3 === 0 ? (['jpeg', 'JPG'] as const) : (['png', 'png'] as const)
    files[`cats/${i}.${ending}`] = await picture(180 + 7 * i, 20 + i, format)
    files[`dogs/${i}.${ending}`] = await picture(20 + i, 180 + 7 * i, format)
  }
  await writeFiles(folder, files)
}
