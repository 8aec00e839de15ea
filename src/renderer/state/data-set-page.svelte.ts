import type { DataSetView, ImportReportView } from '../../shared/contract/data-sets'
import type { Failure } from '../../shared/contract/reply'
import type { PartName } from '../../shared/data/dataset'
import { failureOf } from '../transport/client'
import { ImagePages } from './data-set-images.svelte'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'

/** Images asked for at once: a class in the overview, and a page of one class. */
const ROW_PAGE = 60
const GRID_PAGE = 500

/** One data set as its page shows it: facts, report, and its images as they come in sight. */
export class DataSetPage {
  readonly id: string
  dataSet = $state.raw<DataSetView | null>(null)
  report = $state.raw<ImportReportView | null>(null)
  problem = $state.raw<Failure | null>(null)
  /** The part that the wall shows; null: all. */
  part = $state<PartName | null>(null)
  /** The class that the wall shows; null: some of each. */
  label = $state<number | null>(null)
  /** The image that is open. */
  image = $state<number | null>(null)
  readonly #lab: Lab
  readonly #pages: Record<string, ImagePages> = {}

  constructor(lab: Lab, id: string) {
    this.#lab = lab
    this.id = id
  }

  /** Reads it, and again whenever data sets change. @returns how to stop */
  start(): () => void {
    const read = refresher(
      async () => {
        const { dataSet, report } = await this.#lab.client.request('dataSets.get', { id: this.id })
        this.dataSet = dataSet
        this.report = report
        this.problem = null
      },
      (error) => (this.problem = failureOf(error)),
    )
    read()
    const stops = [this.#lab.onEvent((event) => event.kind === 'data-sets' && read()), this.#lab.onReload(read)]
    return () => stops.forEach((stop) => stop())
  }

  /** Some images of a class, for its row in the overview. */
  row(label: number): ImagePages {
    return this.#images(label, ROW_PAGE)
  }

  /** All images of the class that is shown. */
  grid(): ImagePages {
    return this.#images(this.label, GRID_PAGE)
  }

  #images(label: number | null, page: number): ImagePages {
    const { id, part } = this
    const key = `${label} ${part} ${page}`
    const failed = (error: unknown): void => this.#lab.messages.fail('Reading the images', error)
    return (this.#pages[key] ??= new ImagePages(this.#lab.client, { id, label, part }, page, failed))
  }
}
