import type { DisagreementView } from '../../shared/contract/disagreement'
import type { Failure } from '../../shared/contract/reply'
import { failureOf } from '../transport/client'
import type { PairChoice } from './disagreement-pair.svelte'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'

/** Images with a pattern of errors, of one true class or (null) of any. */
export interface PatternSelection {
  readonly wrong: string
  readonly label: number | null
}

/** Images that were asked for. */
interface Found {
  readonly key: string
  readonly indices: readonly number[]
}

/** Who errs on which images, and the images of what is selected; runs that go on are followed. */
export class Disagreement {
  readonly choice: PairChoice
  readonly #lab: Lab
  view = $state.raw<DisagreementView | null>(null)
  problem = $state.raw<Failure | null>(null)
  #selected = $state.raw<PatternSelection | null>(null)
  #found = $state.raw<Found | null>(null)
  /** What `view` is the answer to. */
  #answered = $state.raw('')
  readonly sync: () => void
  readonly syncImages: () => void

  constructor(lab: Lab, choice: PairChoice) {
    this.#lab = lab
    this.choice = choice
    const failed = (error: unknown): void => {
      this.view = null
      this.problem = failureOf(error)
    }
    this.sync = refresher(() => this.#load(), failed)
    this.syncImages = refresher(() => this.#loadImages(), failed)
  }

  readonly #question = $derived.by(() => {
    const { look, pair, fitting, runs } = this.choice
    if (!pair) return null
    const chosen = look.all && fitting.length > 2 ? fitting : [pair.a, pair.b]
    // A run that trains has another answer after each epoch.
    const at = chosen.map(({ id, epochs }) => `${id}:${epochs}`)
    const asked = {
      part: look.part,
      epoch: look.epoch,
      runs: chosen.map(({ id }) => id),
      among: runs.map(({ id }) => id),
    }
    return { ...asked, key: JSON.stringify([asked, at]) }
  })

  /** What is asked, as text; it changes with every choice and with every epoch of the runs. */
  get key(): string {
    return this.#question?.key ?? ''
  }

  /** Whether the answer is to an earlier question. */
  get isLate(): boolean {
    return this.#answered !== this.key
  }

  /** The pattern whose images are shown: the one chosen, else the largest on which runs differ. */
  get selection(): PatternSelection | null {
    const { view } = this
    if (!view) return null
    const chosen = this.#selected
    if (chosen && chosen.wrong.length === view.runs.length) {
      const label = chosen.label !== null && chosen.label < view.classes.length ? chosen.label : null
      return { wrong: chosen.wrong, label }
    }
    const differing = view.patterns.find(
      ({ wrong, images }) => images > 0 && wrong.includes('0') && wrong.includes('1'),
    )
    return { wrong: differing?.wrong ?? '1'.repeat(view.runs.length), label: null }
  }

  /** Images of the selection, as places within the part; null while they are on their way. */
  get indices(): readonly number[] | null {
    return this.#found !== null && this.#found.key === this.imagesKey ? this.#found.indices : null
  }

  /** What images are asked for, as text. */
  get imagesKey(): string {
    return JSON.stringify([this.#answered, this.selection])
  }

  select(wrong: string, label: number | null = this.selection?.label ?? null): void {
    this.#selected = { wrong, label }
  }

  async #load(): Promise<void> {
    const question = this.#question
    if (!question) return
    const { key, ...asked } = question
    try {
      this.view = await this.#lab.client.request('disagreement.compare', asked)
      this.problem = null
    } finally {
      this.#answered = key
    }
  }

  async #loadImages(): Promise<void> {
    const { selection, imagesKey: key } = this
    const question = this.#question
    if (!selection || !question || this.isLate) return
    const { part, epoch, runs } = question
    const { indices } = await this.#lab.client.request('disagreement.images', { part, epoch, runs, ...selection })
    this.#found = { key, indices }
  }
}
