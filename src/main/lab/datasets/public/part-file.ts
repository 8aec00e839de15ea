/** What is there of a download that is not whole: FILE.part, and FILE.part.json with what is needed to go on. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { z } from 'zod'
import { syncFolder } from '../disk'

const stateSchema = z.object({ url: z.string(), validator: z.string().nullable() })

/** A file on its way; the finished file lies at `path`. */
export class PartFile {
  readonly path: string
  readonly part: string
  readonly #state: string

  constructor(path: string) {
    this.path = path
    this.part = `${path}.part`
    this.#state = `${path}.part.json`
  }

  /** Whether the whole file is there; it was checked before it got its name. */
  whole(): Promise<boolean> {
    return stat(this.path).then(
      (info) => info.isFile(),
      () => false,
    )
  }

  /** Bytes that are there. */
  size(): Promise<number> {
    return stat(this.part).then(
      ({ size }) => size,
      () => 0,
    )
  }

  /** What names the version of the file that the part is of (an ETag or a date), where the server told one. */
  async validator(url: string): Promise<string | null> {
    const text = await readFile(this.#state, 'utf8').catch(() => '')
    try {
      const { url: of, validator } = stateSchema.parse(JSON.parse(text))
      return of === url ? validator : null
    } catch {
      return null // None, or torn by a kill: the checksum decides in the end.
    }
  }

  async setValidator(url: string, validator: string | null): Promise<void> {
    await writeFile(this.#state, JSON.stringify({ url, validator }))
  }

  /** SHA-256 of what is there, hex. */
  async sha256(signal: AbortSignal): Promise<string> {
    const hash = createHash('sha256')
    for await (const bytes of createReadStream(this.part, { highWaterMark: 1 << 20, signal }))
      hash.update(bytes as Buffer)
    return hash.digest('hex')
  }

  /** The part is whole and right: it gets its name. */
  async finish(): Promise<void> {
    await rename(this.part, this.path)
    await rm(this.#state, { force: true })
    await syncFolder(dirname(this.path))
  }

  /** Forgets what is there. */
  async discard(): Promise<void> {
    await rm(this.part, { force: true })
    await rm(this.#state, { force: true })
  }

  toString(): string {
    return basename(this.path)
  }
}
