import type { ImageInsideView } from '../../shared/contract/inside'
import type { Failure } from '../../shared/contract/reply'
import type { PartName } from '../../shared/data/dataset'
import { failureOf } from '../transport/client'
import { AskingLater } from './asking-later'
import type { Lab } from './lab.svelte'

/** An image of a run's data set, by its place within a part. */
export interface ImagePlace {
  readonly run: string
  readonly part: PartName
  readonly index: number
}

/** What a run's model computes on the way to one image's answer. What was seen last stands until the next is there. */
export class InsideImage {
  readonly #lab: Lab
  readonly #later = new AskingLater(
    () => void this.#ask(),
    () => this.#askedAt,
  )
  #place: ImagePlace | null = null
  #askedAt = -Infinity
  seen = $state.raw<ImageInsideView | null>(null)
  problem = $state.raw<Failure | null>(null)
  asking = $state(false)

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** Looks at this image, soon: a hand that walks through images asks once. */
  show(place: ImagePlace): void {
    if (place.run !== this.#place?.run) this.seen = null
    this.#place = place
    this.asking = true
    this.#later.ask()
  }

  /** Asks once more. */
  retry(): void {
    if (this.#place) this.show(this.#place)
  }

  /** Nobody looks any more. */
  end(): void {
    this.#later.cancel()
    this.#place = null
  }

  async #ask(): Promise<void> {
    const place = this.#place
    if (!place) return
    this.#askedAt = performance.now()
    const { run: id, part, index } = place
    try {
      const seen = await this.#lab.client.request('inside.image', { id, part, index })
      if (place !== this.#place) return
      this.seen = seen
      this.problem = null
    } catch (error) {
      if (place !== this.#place) return
      this.seen = null
      this.problem = failureOf(error)
    }
    this.asking = false
  }
}
