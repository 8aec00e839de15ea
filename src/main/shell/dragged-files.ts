import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabError } from '../../shared/errors'
import type { ExportReader } from '../lab/exports/exported-file'

/** A file that can be dragged out of a window. */
export interface DraggedFile {
  readonly path: string
  /** PNG of what is dragged. */
  readonly icon: Uint8Array
}

/** Most files kept: a program on which one was dropped may still read it. */
const MOST = 32
const PREFIX = 'exports/'
/** Characters that any file system takes in a name. */
const UNSAFE = /[^\w.-]/g

/**
 * Exported pictures as files in a temporary folder, for a drag out of a window. A page names them by their address among the exports,
 * never by a path: it can drag nothing else.
 */
export class DraggedFiles {
  readonly #exports: ExportReader
  readonly #files = new Map<string, DraggedFile>()
  #folder: Promise<string> | null = null
  #made = 0

  constructor(exports: ExportReader) {
    this.#exports = exports
  }

  /**
   * Makes a picture ready to be dragged.
   * @param address see exportAddress
   * @returns whether it could be made; the page has shown why not
   */
  async prepare(address: unknown): Promise<boolean> {
    if (typeof address !== 'string' || !address.startsWith(PREFIX)) return false
    try {
      const { body, type, name } = await this.#exports(address.slice(PREFIX.length))
      const icon = type === 'image/png' ? body : await this.#iconOf(address)
      await this.#keep(address, { body, icon, name: name.replace(UNSAFE, '_') })
      return true
    } catch (error) {
      if (error instanceof LabError) return false
      throw error
    }
  }

  /** The file of an address that was made ready, or null. */
  get(address: unknown): DraggedFile | null {
    return this.#files.get(String(address)) ?? null
  }

  /** Removes all of them. */
  async clear(): Promise<void> {
    this.#files.clear()
    const folder = this.#folder
    this.#folder = null
    if (folder) await rm(await folder, { recursive: true, force: true })
  }

  /** A drawing of lines has no pixels to be seen below the pointer: the same one as PNG has. */
  async #iconOf(address: string): Promise<Uint8Array> {
    const url = new URL(address.slice(PREFIX.length), 'export://x/')
    url.searchParams.set('format', 'png')
    return (await this.#exports(`${url.pathname.slice(1)}${url.search}`)).body
  }

  async #keep(address: string, { body, icon, name }: { body: Uint8Array; icon: Uint8Array; name: string }) {
    this.#folder ??= mkdtemp(join(tmpdir(), 'hrm-lab-drag-'))
    // A folder of its own: other choices of one picture have the same name.
    const folder = join(await this.#folder, String(++this.#made))
    await mkdir(folder)
    const path = join(folder, name)
    await writeFile(path, body)
    this.#files.delete(address)
    this.#files.set(address, { path, icon })
    const [oldest] = this.#files
    if (this.#files.size > MOST && oldest) {
      this.#files.delete(oldest[0])
      await rm(oldest[1].path, { force: true })
    }
  }
}
