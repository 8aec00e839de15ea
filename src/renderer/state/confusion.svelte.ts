import type { ConfusionView } from '../../shared/contract/confusion'
import type { RequestResult } from '../../shared/contract/contract'
import type { Failure } from '../../shared/contract/reply'
import type { RunView } from '../../shared/contract/runs'
import { partNames, type PartName } from '../../shared/data/dataset'
import { unpackU32 } from '../../shared/images/packed'
import type { Confusion } from '../../shared/metrics/confusion'
import { orderClasses } from '../../shared/metrics/confusion-order'
import { failureOf } from '../transport/client'
import {
  blockBetween,
  CONFUSION_KEY,
  readConfusionLook,
  type ConfusionBlock,
  type ConfusionLook,
} from './confusion-look'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'

export type ConfusionTrend = RequestResult<'confusion.trend'>

/** How long each epoch stands while they are played. Milliseconds. */
const EPOCH_STANDS = 700

/** A run's confusion matrix after one of its epochs; a run that goes on is followed. */
export class RunConfusion {
  readonly #lab: Lab
  readonly #run: () => RunView
  view = $state.raw<ConfusionView | null>(null)
  problem = $state.raw<Failure | null>(null)
  playing = $state(false)
  /** null: the last one, whichever that is. */
  #epoch = $state<number | null>(null)
  #cell = $state<number | null>(null)
  #corner = $state<number | null>(null)
  /** The matrix that the order is of: while epochs are played, classes stay where they are. */
  #ordered = $state.raw<Confusion | null>(null)
  #trend = $state.raw<{ readonly key: string; readonly points: ConfusionTrend } | null>(null)
  #timer: ReturnType<typeof setTimeout> | null = null
  readonly sync: () => void
  readonly syncTrend: () => void

  constructor(lab: Lab, run: () => RunView) {
    this.#lab = lab
    this.#run = run
    const told = (error: unknown): void => {
      this.pause()
      this.problem = failureOf(error)
    }
    this.sync = refresher(() => this.#load(), told)
    this.syncTrend = refresher(() => this.#loadTrend(), told)
    if (lab.settings.get(CONFUSION_KEY) === null)
      void lab.settings.load([CONFUSION_KEY]).catch((error: unknown) => lab.messages.fail('Reading a setting', error))
  }

  readonly #look = $derived.by(() => readConfusionLook(this.#lab.settings.get(CONFUSION_KEY)))
  readonly #confusion = $derived.by(() => this.#matrix(this.view?.counts))
  readonly #published = $derived.by(() => this.#matrix(this.view?.published?.counts))
  readonly #orderName = $derived.by(() => this.#look.order)
  readonly #order = $derived.by(() => (this.#ordered ? orderClasses(this.#ordered, this.#orderName) : []))
  readonly #parts = $derived.by((): readonly PartName[] => {
    const manifest = this.#lab.dataSets.find(({ id }) => id === this.#run().dataSet)?.manifest
    return manifest ? partNames.filter((part) => part !== 'train' && manifest.parts[part].count > 0) : ['test']
  })

  readonly #block = $derived.by(() => {
    const { cell, corner, order } = this
    return cell === null || corner === null ? null : blockBetween(cell, corner, order)
  })
  readonly #key = $derived.by(() => JSON.stringify([this.#asked, this.#run().epochs]))
  readonly #trendKey = $derived.by(() => JSON.stringify([this.part, this.#run().epochs, this.block ? null : this.pair]))

  get look(): ConfusionLook {
    return this.#look
  }

  /** A block is one of neighbours: it ends where their order does. */
  change(change: Partial<ConfusionLook>): void {
    if (change.order) this.#corner = null
    this.#lab.settings.set(CONFUSION_KEY, { ...this.look, ...change })
  }

  /** Parts of the data that runs are evaluated on. */
  get parts(): readonly PartName[] {
    return this.#parts
  }

  /** The part looked at: that of the look, where the data has it. */
  get part(): PartName {
    return this.#parts.includes(this.look.part) ? this.look.part : 'test'
  }

  /** What is asked, as text; it changes with every choice and with every epoch of the run. */
  get key(): string {
    return this.#key
  }

  get confusion(): Confusion | null {
    return this.#confusion
  }

  get published(): Confusion | null {
    return this.#published
  }

  /** Class at each place. */
  get order(): readonly number[] {
    return this.#order
  }

  /** The chosen cell, row-major by class number. */
  get cell(): number | null {
    const k = this.view?.classes.length ?? 0
    return this.#cell !== null && this.#cell < k * k ? this.#cell : null
  }

  /** True and predicted class of the chosen cell. */
  get pair(): { readonly truth: number; readonly predicted: number } | null {
    const k = this.view?.classes.length ?? 0
    return this.cell === null ? null : { truth: Math.floor(this.cell / k), predicted: this.cell % k }
  }

  /** The cell opposite the chosen one where a block is chosen. */
  get corner(): number | null {
    const k = this.view?.classes.length ?? 0
    return this.cell !== null && this.#corner !== null && this.#corner < k * k ? this.#corner : null
  }

  /** True and predicted classes of the chosen block, as they stand; null where one cell or none is chosen. */
  get block(): ConfusionBlock | null {
    return this.#block
  }

  select(cell: number | null): void {
    this.#cell = cell
    this.#corner = null
  }

  /** Makes a block of all from the chosen cell to this one. */
  extend(corner: number): void {
    this.#corner = corner === this.cell ? null : corner
  }

  /** Of the chosen cell; null while it is on its way. */
  get trend(): ConfusionTrend | null {
    return this.#trend?.key === this.trendKey ? this.#trend.points : null
  }

  get trendKey(): string {
    return this.#trendKey
  }

  /** The epoch's place among the evaluated ones. */
  get place(): number {
    const epochs = this.view?.epochs ?? []
    return this.#epoch === null ? epochs.length - 1 : Math.max(0, epochs.indexOf(this.#epoch))
  }

  /** @param place among the evaluated epochs; the last one is followed as the run goes on */
  showEpoch(place: number): void {
    const epochs = this.view?.epochs ?? []
    this.#epoch = place >= epochs.length - 1 ? null : (epochs[Math.max(0, place)] ?? null)
  }

  /** Shows one epoch after the other, from the first where the last is shown. */
  play(): void {
    const { view } = this
    if (!view || view.epochs.length < 2) return
    this.playing = true
    if (this.place === view.epochs.length - 1) this.showEpoch(0)
    this.#later()
  }

  pause(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.playing = false
    this.#ordered = this.confusion
  }

  #later(): void {
    this.#timer = setTimeout(() => {
      if (this.place >= (this.view?.epochs.length ?? 0) - 1) return this.pause()
      this.showEpoch(this.place + 1)
      this.#later()
    }, EPOCH_STANDS)
  }

  get #asked() {
    return { id: this.#run().id, part: this.part, epoch: this.#epoch }
  }

  async #load(): Promise<void> {
    this.view = await this.#lab.client.request('confusion.get', this.#asked)
    this.problem = null
    if (!this.playing) this.#ordered = this.confusion
  }

  async #loadTrend(): Promise<void> {
    const { pair, trendKey: key } = this
    if (!pair || this.block) return
    const { id, part } = this.#asked
    this.#trend = { key, points: await this.#lab.client.request('confusion.trend', { id, part, ...pair }) }
  }

  #matrix(counts: string | undefined): Confusion | null {
    return this.view && counts !== undefined ? { classes: this.view.classes.length, counts: unpackU32(counts) } : null
  }
}
