import type { RequestResult } from '../../shared/contract/contract'
import type { Failure } from '../../shared/contract/reply'
import { classDifferences, confusionDifference, type ClassDifference } from '../../shared/metrics/confusion-difference'
import { failureOf } from '../transport/client'
import type { PairChoice } from './disagreement-pair.svelte'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'

export type MatricesView = RequestResult<'disagreement.confusion'>

/** Images of a cell in both runs, as places within the part. */
export interface CellImages {
  readonly a: readonly number[]
  readonly b: readonly number[]
}

/** One confusion matrix less the other, and the images of its selected cell; runs that go on are followed. */
export class MatrixDifference {
  readonly choice: PairChoice
  readonly #lab: Lab
  view = $state.raw<MatricesView | null>(null)
  problem = $state.raw<Failure | null>(null)
  /** Why images of a cell could not be found. */
  imagesProblem = $state.raw<Failure | null>(null)
  #chosen = $state<number | null>(null)
  #answered = $state.raw('')
  #found = $state.raw<{ readonly key: string; readonly images: CellImages } | null>(null)
  readonly sync: () => void
  readonly syncImages: () => void

  constructor(lab: Lab, choice: PairChoice) {
    this.#lab = lab
    this.choice = choice
    this.sync = refresher(
      () => this.#load(),
      (error) => {
        this.view = null
        this.problem = failureOf(error)
      },
    )
    this.syncImages = refresher(
      () => this.#loadImages(),
      (error) => void (this.imagesProblem = failureOf(error)),
    )
  }

  readonly #question = $derived.by(() => {
    const { look, pair } = this.choice
    if (!pair) return null
    const asked = { part: look.part, epoch: look.epoch, a: pair.a.id, b: pair.b.id }
    return { asked, key: JSON.stringify([asked, pair.a.epochs, pair.b.epochs]) }
  })
  readonly #values = $derived.by(() => {
    const both = this.#both
    return both ? confusionDifference(both.a, both.b, this.choice.look.measure) : null
  })
  readonly #classes = $derived.by(() => {
    const both = this.#both
    return both ? classDifferences(both.a, both.b) : []
  })

  get #both() {
    const { view } = this
    if (!view) return null
    const of = ({ counts }: MatricesView['a']) => ({ classes: view.classes.length, counts: Uint32Array.from(counts) })
    return { a: of(view.a), b: of(view.b) }
  }

  /** What is asked, as text; it changes with every choice and with every epoch of the runs. */
  get key(): string {
    return this.#question?.key ?? ''
  }

  get isLate(): boolean {
    return this.#answered !== this.key
  }

  /** float64 [K · K]: images or shares of the true class, a − b. */
  get values(): Float64Array | null {
    return this.#values
  }

  /** Of every class, by its number. */
  get classes(): readonly ClassDifference[] {
    return this.#classes
  }

  /** The chosen cell, row-major. */
  get cell(): number | null {
    const k = this.view?.classes.length ?? 0
    return this.#chosen !== null && this.#chosen < k * k ? this.#chosen : null
  }

  select(cell: number | null): void {
    this.#chosen = cell
  }

  get imagesKey(): string {
    return JSON.stringify([this.#answered, this.cell])
  }

  /** null while they are on their way, or no cell is chosen. */
  get images(): CellImages | null {
    return this.#found !== null && this.#found.key === this.imagesKey ? this.#found.images : null
  }

  async #load(): Promise<void> {
    const question = this.#question
    if (!question) return
    try {
      this.view = await this.#lab.client.request('disagreement.confusion', question.asked)
      this.problem = null
    } finally {
      this.#answered = question.key
    }
  }

  async #loadImages(): Promise<void> {
    const { cell, imagesKey: key, view } = this
    const question = this.#question
    if (cell === null || !view || !question || this.isLate) return
    const { part, epoch } = question.asked
    const k = view.classes.length
    const at = { truth: Math.floor(cell / k), predicted: cell % k }
    this.imagesProblem = null
    const [a, b] = await Promise.all(
      [view.a, view.b].map(({ id: run }) => this.#lab.client.request('disagreement.cell', { part, epoch, run, ...at })),
    )
    this.#found = { key, images: { a: a!.indices, b: b!.indices } }
  }
}
