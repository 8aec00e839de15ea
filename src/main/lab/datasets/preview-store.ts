import { randomUUID } from 'node:crypto'
import { LabError } from '../../../shared/errors'

const KEPT_MS = 10 * 60_000
const MAX_PREVIEWS = 4
const MAX_BYTES = 64 * 2 ** 20

/** Pictures of the newest previews, in memory: for the window, until it asks for others. */
export class PreviewStore {
  readonly #previews = new Map<string, { readonly pictures: readonly Uint8Array[]; readonly until: number }>()
  readonly #now: () => number

  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** Keeps a preview's pictures (PNG). @returns the token they are found by */
  add(pictures: readonly Uint8Array[]): string {
    const token = randomUUID()
    this.#previews.set(token, { pictures, until: this.#now() + KEPT_MS })
    this.#forget()
    return token
  }

  /** @throws LabError 'not-found' for one that was never made, or is forgotten */
  get(token: string, picture: number): Uint8Array {
    this.#forget()
    const found = this.#previews.get(token)?.pictures[picture]
    if (found) return found
    throw new LabError('not-found', 'This preview is no longer kept.', 'Look at the files again.')
  }

  /** Drops what is old, then the oldest while there are too many or they take too much memory; the newest stays. */
  #forget(): void {
    for (const [token, { until }] of this.#previews) if (until < this.#now()) this.#previews.delete(token)
    const bytes = (): number =>
      [...this.#previews.values()].reduce((sum, { pictures }) => sum + pictures.reduce((n, p) => n + p.length, 0), 0)
    while (this.#previews.size > MAX_PREVIEWS || (this.#previews.size > 1 && bytes() > MAX_BYTES))
      this.#previews.delete(this.#previews.keys().next().value!)
  }
}
