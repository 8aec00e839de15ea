import type { PublishedView } from '../../shared/contract/runs'
import { CurveLens } from './curve-lens.svelte'
import type { Settings } from './settings.svelte'

/** How published curves are looked at where no run of this lab stands beside them: over epochs. */
export class PublishedLens extends CurveLens {
  readonly #published: PublishedView

  constructor(settings: Settings, preset: string, published: PublishedView) {
    super(settings, { look: 'paper.curves', ranges: 'paper.curves.ranges', of: preset, axis: 'epoch' })
    this.#published = published
  }

  override get extent(): { readonly first: number; readonly last: number } {
    return { first: 0, last: this.#published.epochs.length }
  }

  override get steps(): number {
    return this.#published.batchLoss.length
  }

  override get revision(): number {
    return 0
  }

  override get answer(): unknown {
    return this.#published
  }

  /** Everything is here already. */
  protected override changed(): void {
    this.reading = null
  }
}
