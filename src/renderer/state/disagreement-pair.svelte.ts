import type { RunView } from '../../shared/contract/runs'
import { DISAGREEMENT_KEY, fittingRuns, pairOf, readPairLook, type PairLook, type RunPair } from './disagreement'
import type { Lab } from './lab.svelte'

/** Which two of the compared runs are set against each other; one choice for all parts of the comparison. */
export class PairChoice {
  readonly lab: Lab
  readonly #runs: () => readonly RunView[]

  /** @param runs the runs that are compared now */
  constructor(lab: Lab, runs: () => readonly RunView[]) {
    this.lab = lab
    this.#runs = runs
    if (lab.settings.get(DISAGREEMENT_KEY) === null)
      void lab.settings
        .load([DISAGREEMENT_KEY])
        .catch((error: unknown) => lab.messages.fail('Reading a setting', error))
  }

  readonly #look = $derived.by(() => readPairLook(this.lab.settings.get(DISAGREEMENT_KEY)))
  readonly #pair = $derived.by(() => pairOf(this.#look, this.#runs()))
  readonly #fitting = $derived.by(() => (this.#pair ? fittingRuns(this.#pair.a, this.#runs()) : []))

  get look(): PairLook {
    return this.#look
  }

  /** null of fewer than two runs. */
  get pair(): RunPair | null {
    return this.#pair
  }

  /** Every compared run on the first one's data. */
  get fitting(): readonly RunView[] {
    return this.#fitting
  }

  /** The runs that are compared. */
  get runs(): readonly RunView[] {
    return this.#runs()
  }

  /** Whether the first one's data has a part to choose epochs on that is not the test part. */
  get hasValidation(): boolean {
    const dataSet = this.lab.dataSets.find(({ id }) => id === this.#pair?.a.dataSet)
    return (dataSet?.manifest.parts.validation.count ?? 0) > 0
  }

  change(change: Partial<PairLook>): void {
    this.lab.settings.set(DISAGREEMENT_KEY, { ...this.look, ...change })
  }

  /** Another first run; the second becomes the one that was first when both would be one. */
  chooseA(id: string): void {
    const { a, b } = this.pair ?? {}
    this.change({ a: id, b: id === b?.id ? (a?.id ?? null) : (b?.id ?? null) })
  }

  chooseB(id: string): void {
    const { a, b } = this.pair ?? {}
    this.change({ b: id, a: id === a?.id ? (b?.id ?? null) : (a?.id ?? null) })
  }

  swap(): void {
    if (this.pair) this.change({ a: this.pair.b.id, b: this.pair.a.id })
  }
}
