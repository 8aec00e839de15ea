import { SvelteMap } from 'svelte/reactivity'
import type { RequestResult } from '../../shared/contract/contract'
import type { PartName } from '../../shared/data/dataset'
import type { LabClient } from '../transport/client'

export type WallImage = RequestResult<'dataSets.images'>['images'][number]

/** Which images of a data set: of a class, of a part; null: any. */
export interface Selection {
  readonly id: string
  readonly label: number | null
  readonly part: PartName | null
}

/** The ids of a selection of images, read page by page as they come in sight. A data set never changes. */
export class ImagePages {
  /** How many there are; null until the first page came. */
  total = $state<number | null>(null)
  readonly #client: LabClient
  readonly #selection: Selection
  readonly #page: number
  readonly #failed: (error: unknown) => void
  readonly #pages = new SvelteMap<number, readonly WallImage[]>()
  readonly #asked: Record<number, boolean> = {}

  /** @param page images asked for at once */
  constructor(client: LabClient, selection: Selection, page: number, failed: (error: unknown) => void) {
    this.#client = client
    this.#selection = selection
    this.#page = page
    this.#failed = failed
  }

  /** The image at a place of the selection; null while it is not known. */
  at(index: number): WallImage | null {
    return this.#pages.get(Math.floor(index / this.#page))?.[index % this.#page] ?? null
  }

  /** Asks for the images from … to (not included), as far as they were not asked for. */
  need(from: number, to: number): void {
    const end = Math.min(to, this.total ?? 1)
    for (let page = Math.floor(from / this.#page); page * this.#page < end; page++) void this.#read(page)
  }

  async #read(page: number): Promise<void> {
    if (this.#asked[page]) return
    this.#asked[page] = true
    try {
      const asked = { ...this.#selection, offset: page * this.#page, limit: this.#page }
      const { total, images } = await this.#client.request('dataSets.images', asked)
      this.#pages.set(page, images)
      this.total = total
    } catch (error) {
      this.#asked[page] = false
      this.#failed(error)
    }
  }
}
