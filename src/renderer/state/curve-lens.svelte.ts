import type { CurveName } from '../../shared/contract/curves'
import type { CurveAxis } from '../../shared/metrics/step-axis'
import { keepRange, readCurveLook, readRange, type CurveLook } from './curve-look'
import type { Settings } from './settings.svelte'
import { panned, rangeBetween, scaleOf, whole, zoomed, type Range, type Scale } from './zoom'

/** Widths are rounded up to this many pixels, so that a window that grows asks seldom. */
const WIDTH_STEP = 128
/** Before a chart has told its width. Pixels. */
const USUAL_WIDTH = 1024

/** Where a lens is kept over a restart. */
export interface LensKeys {
  readonly look: string
  readonly ranges: string
  /** Whose range, among those that are kept. */
  readonly of: string
  /** The axis before a person chose one. */
  readonly axis?: CurveAxis
}

/** How curves are looked at, and what part of them: what every chart over one x axis shares. */
export abstract class CurveLens {
  readonly #settings: Settings
  readonly #keys: LensKeys
  /** Place of the reading line on the axis; null: none. */
  reading = $state<number | null>(null)
  /** What is being selected with the pointer, two places on the axis. */
  selection = $state.raw<readonly [number, number] | null>(null)
  #widths: Partial<Record<CurveName, number>> = $state.raw({})
  // Read once for each change: hundreds of curves ask.
  readonly #look = $derived.by(() => {
    const { look, axis } = this.#keys
    return readCurveLook(this.#settings.get(look) ?? (axis ? { axis } : null))
  })
  readonly #range = $derived.by(() => readRange(this.#settings.get(this.#keys.ranges), this.#keys.of, this.#look.axis))

  constructor(settings: Settings, keys: LensKeys) {
    this.#settings = settings
    this.#keys = keys
  }

  /** Everything's extent on the axis; null before the first step, or while it is not known. */
  abstract get extent(): { readonly first: number; readonly last: number } | null
  /** Most steps that a curve has. */
  abstract get steps(): number
  /** Grows when points came. */
  abstract get revision(): number
  /** Another object when the store's newest answers are drawn. */
  abstract get answer(): unknown
  /** Something else is to be asked for, soon. */
  protected abstract changed(): void

  get look(): CurveLook {
    return this.#look
  }

  /** What is looked at, on the chosen axis. */
  get range(): Range {
    return this.#range
  }

  get logX(): boolean {
    return this.look.logX && this.look.axis !== 'wallTime'
  }

  /** What the x axes show. */
  get scale(): Scale | null {
    return this.extent && scaleOf(this.range, this.extent, this.logX)
  }

  change(change: Partial<CurveLook>): void {
    this.#settings.set(this.#keys.look, { ...this.look, ...change })
    if (change.axis) this.reading = this.selection = null
    this.changed()
  }

  toggle(line: string): void {
    const { hidden } = this.look
    this.change({ hidden: hidden.includes(line) ? hidden.filter((key) => key !== line) : [...hidden, line] })
  }

  show(range: Range): void {
    const kept = keepRange(this.#settings.get(this.#keys.ranges), this.#keys.of, this.look.axis, range)
    this.#settings.set(this.#keys.ranges, kept)
    this.changed()
  }

  /** Zooms around a share of what is seen; see state/zoom. */
  zoom(factor: number, anchor = 0.5): void {
    const [scale, full] = [this.scale, this.#full]
    if (scale && full) this.show(zoomed(scale, factor, anchor, full, this.#least))
  }

  /** Moves by a share of what is seen, right when positive. */
  pan(by: number): void {
    const [scale, full] = [this.scale, this.#full]
    if (scale && full) this.show(panned(scale, by, full, this.#least))
  }

  /** Shows what lies between two shares of what is seen. */
  select(shareA: number, shareB: number): void {
    const [scale, full] = [this.scale, this.#full]
    if (scale && full) this.show(rangeBetween(scale, shareA, shareB, full, this.#least))
  }

  reset(): void {
    this.show(whole)
  }

  /** A chart tells how wide it draws a curve. Pixels. */
  setWidth(names: readonly CurveName[], width: number): void {
    const rounded = Math.max(1, Math.ceil(width / WIDTH_STEP)) * WIDTH_STEP
    if (names.every((name) => this.#widths[name] === rounded)) return
    this.#widths = { ...this.#widths, ...Object.fromEntries(names.map((name) => [name, rounded])) }
    this.changed()
  }

  /** Pixels that a curve is drawn on. */
  widthOf(name: CurveName): number {
    return this.#widths[name] ?? USUAL_WIDTH
  }

  get #full(): Scale | null {
    return this.extent && scaleOf(whole, this.extent, this.logX)
  }

  /** Two steps' width, as a part of the extent. */
  get #least(): number {
    return 2 / Math.max(2, this.steps)
  }
}
