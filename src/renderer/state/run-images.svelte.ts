import type { ImagePart } from '../../shared/contract/images'
import type { Failure } from '../../shared/contract/reply'
import type { PartName } from '../../shared/data/dataset'
import { anyImage, type ImageOrder, type ImageQuery, type ShownImages } from '../../shared/images/query'
import { failureOf } from '../transport/client'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'

/** Which images of a run are looked at, and what may be chosen. */
export class RunImages {
  readonly #lab: Lab
  part = $state<PartName>('test')
  about = $state.raw<ImagePart | null>(null)
  problem = $state.raw<Failure | null>(null)
  /** Chosen by hand, counted from 1; null: the newest. */
  chosenEpoch = $state<number | null>(null)
  show = $state<ShownImages>('wrong')
  truth = $state<number | null>(null)
  predicted = $state<number | null>(null)
  search = $state('')
  marked = $state(false)
  sort = $state<ImageOrder>('confidence')
  descending = $state(true)
  readonly sync: () => void

  constructor(lab: Lab, id: string) {
    this.#lab = lab
    this.sync = refresher(
      async () => {
        const about = await lab.client.request('images.part', { id, part: this.part })
        // The part may have been changed meanwhile: then it is asked for once more.
        if (about.part === this.part) [this.about, this.problem] = [about, null]
      },
      (error) => {
        this.about = null
        this.problem = failureOf(error)
      },
    )
  }

  /** The evaluation looked at; null while there is none. */
  readonly evaluation = $derived.by(() => {
    const made = this.about?.evaluations ?? []
    return made.find(({ epoch }) => epoch === this.chosenEpoch) ?? made.at(-1) ?? null
  })

  /** An order by margin or loss needs probabilities: without them by confidence. */
  readonly query = $derived.by((): ImageQuery => {
    const one = (label: number | null): number[] | null => (label === null ? null : [label])
    const needs = this.sort === 'margin' || this.sort === 'loss'
    return {
      ...anyImage,
      ...{ show: this.show, truth: one(this.truth), predicted: one(this.predicted), search: this.search },
      tag: this.marked ? '' : null,
      sort: needs && !this.evaluation?.probabilities ? 'confidence' : this.sort,
      descending: this.descending,
    }
  })

  /** The same in words, for who cannot see the grid. */
  readonly label = $derived.by(() => {
    const name = (label: number): string => this.about?.classes[label] ?? `class ${label}`
    return [
      { all: 'All images', wrong: 'Wrong images', right: 'Right images' }[this.show],
      ...(this.truth === null ? [] : [`true ${name(this.truth)}`]),
      ...(this.predicted === null ? [] : [`predicted ${name(this.predicted)}`]),
    ].join(', ')
  })

  /** All marks of the data set as a CSV file; null before the part is read. @throws RequestFailed */
  async marksFile(): Promise<{ readonly name: string; readonly text: string } | null> {
    return this.about && this.#lab.client.request('marks.csv', { id: this.about.dataSet.id })
  }
}
