import { curveNames, type CurveName } from '../../shared/contract/curves'
import type { LabEvent, LiveSteps } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'
import { failureOf } from '../transport/client'
import { keepRange, readCurveLook, readRange, type CurveLook } from './curve-look'
import { CurveSet, type CurveQuestion } from './curve-points'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'
import type { Settings } from './settings.svelte'
import { isWhole, panned, rangeBetween, scaleOf, whole, zoomed, type Range, type Scale } from './zoom'

/** Keys of what is kept over a restart. */
export const LOOK_KEY = 'run.curves'
export const RANGES_KEY = 'run.curves.ranges'

/** The store is written once a second or so: news that old may be missing from curves just read. Kept in messages. */
const RECENT = 100
/** Wait before curves with missing steps are asked for again, for the store to have them. Milliseconds. */
const RETRY_AFTER = 1000
/** A range or smoothing that goes on changing is asked for once it has stood still so long. Milliseconds. */
const ASK_AFTER = 15
/** After so long without a question the next one is asked at once. Milliseconds. */
const REST = 150
/** Widths are rounded up to this many pixels, so that a window that grows asks seldom. */
const WIDTH_STEP = 128
/** Before a chart has told its width. Pixels. */
const USUAL_WIDTH = 1024

/** Which curves have an average. */
const averaged: ReadonlySet<CurveName> = new Set(['loss', 'authorLoss', 'gradientNorm', 'imagesPerSecond'])

/** Settings whose keys were read from the lab. */
const loaded = new WeakSet<Settings>()

/**
 * The curves of one run: how they are looked at, what of them was read from the store, and what came since. There is
 * always the whole run, thinned; while a part of it is looked at, also that part, with all its points where they fit.
 */
export class RunCurves {
  readonly id: string
  readonly #lab: Lab
  /** The whole run, and the range that is looked at; both are added to in place: `revision` tells of it. */
  #overview = $state.raw<CurveSet | null>(null)
  #detail = $state.raw<CurveSet | null>(null)
  revision = $state(0)
  problem = $state.raw<Failure | null>(null)
  /** Place of the reading line on the axis; null: none. */
  reading = $state<number | null>(null)
  /** What is being selected with the pointer, two places on the axis. */
  selection = $state.raw<readonly [number, number] | null>(null)
  /** The author's extra pass was made: its loss is a curve too. */
  authorLoss = $state(false)
  #widths: Partial<Record<CurveName, number>> = $state.raw({})
  #recent: LiveSteps[] = []
  #timer: ReturnType<typeof setTimeout> | null = null
  #retry: ReturnType<typeof setTimeout> | null = null
  #open = false
  #askedAt = -Infinity
  readonly #sync: () => void

  constructor(lab: Lab, id: string) {
    this.#lab = lab
    this.id = id
    this.#sync = refresher(
      () => this.#ask(),
      (error) => void (this.problem = failureOf(error)),
    )
  }

  /** Reads what was kept of the look, asks for the curves and follows the run. @returns how to stop */
  start(): () => void {
    this.#open = true
    void this.#begin()
    return () => {
      this.#open = false
      if (this.#timer) clearTimeout(this.#timer)
      if (this.#retry) clearTimeout(this.#retry)
      this.#timer = this.#retry = null
    }
  }

  /** Asks for everything again: events were missed, or something was recorded that no event carries. */
  reload(): void {
    for (const set of [this.#overview, this.#detail]) if (set) set.stale = true
    this.#sync()
  }

  /** The run begins or goes on from a checkpoint: steps after it are done again. */
  restart(): void {
    this.#recent = []
    this.reload()
  }

  get look(): CurveLook {
    return readCurveLook(this.#lab.settings.get(LOOK_KEY))
  }

  /** What is looked at, on the chosen axis. */
  get range(): Range {
    return readRange(this.#lab.settings.get(RANGES_KEY), this.id, this.look.axis)
  }

  get logX(): boolean {
    return this.look.logX && this.look.axis !== 'wallTime'
  }

  /** What is drawn: the range's own points once they are there, until then the whole run's. */
  get shown(): CurveSet | null {
    void this.revision
    const detail = this.#fits(this.#detail) && sameRange(this.#detail.question.range, this.range) ? this.#detail : null
    return detail ?? (this.#fits(this.#overview) ? this.#overview : null)
  }

  /** The whole run's extent on the axis; null before its first step, or while it is not known. */
  get extent(): { readonly first: number; readonly last: number } | null {
    void this.revision
    return this.#fits(this.#overview) ? this.#overview.extent : null
  }

  /** What the x axes show. */
  get scale(): Scale | null {
    return this.extent && scaleOf(this.range, this.extent, this.logX)
  }

  /** The loss of the newest step that is finite; null before the first. */
  get newestLoss(): number | null {
    void this.revision
    return this.#overview?.get('loss')?.raw.at(-1)?.y ?? null
  }

  change(change: Partial<CurveLook>): void {
    this.#lab.settings.set(LOOK_KEY, { ...this.look, ...change })
    if (change.axis) this.reading = this.selection = null
    this.#later()
  }

  toggle(line: string): void {
    const { hidden } = this.look
    this.change({ hidden: hidden.includes(line) ? hidden.filter((key) => key !== line) : [...hidden, line] })
  }

  show(range: Range): void {
    const kept = keepRange(this.#lab.settings.get(RANGES_KEY), this.id, this.look.axis, range)
    this.#lab.settings.set(RANGES_KEY, kept)
    this.#later()
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
    this.#later()
  }

  /** Takes what happens in the lab; others' news is left alone. */
  take(event: LabEvent): void {
    if (event.kind === 'run-steps' && event.id === this.id) this.#append(event.steps)
    if (event.kind === 'run-progress' && event.id === this.id) {
      const now = performance.now()
      const kept = [this.#overview, this.#detail].map((set) => set?.remember(event.residentBytes, now))
      if (kept.some(Boolean)) this.revision += 1
    }
  }

  get #full(): Scale | null {
    return this.extent && scaleOf(whole, this.extent, this.logX)
  }

  /** Two steps' width, as a part of the extent. */
  get #least(): number {
    return 2 / Math.max(2, this.#overview?.steps ?? 0)
  }

  async #begin(): Promise<void> {
    const { settings } = this.#lab
    if (!loaded.has(settings)) {
      try {
        await settings.load([LOOK_KEY, RANGES_KEY])
        loaded.add(settings)
      } catch (error) {
        this.problem = failureOf(error)
      }
    }
    this.#sync()
  }

  #append(steps: LiveSteps): void {
    this.#recent = [...this.#recent.slice(1 - RECENT), steps]
    const sets = [this.#overview, this.#detail].filter((set) => set !== null)
    if (sets.some((set) => !set.append(steps))) this.#retryLater()
    else if (sets.some((set) => set.crowded)) this.#sync()
    this.revision += 1
  }

  #later(): void {
    if (this.#timer) clearTimeout(this.#timer)
    const rested = performance.now() - this.#askedAt > REST
    this.#timer = setTimeout(
      () => {
        this.#timer = null
        this.#sync()
      },
      rested ? 0 : ASK_AFTER,
    )
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null
      this.reload()
    }, RETRY_AFTER)
  }

  /** Whether a set answers for the look of now, its range aside. */
  #fits(set: CurveSet | null): set is CurveSet {
    return set !== null && set.question.axis === this.look.axis && set.question.logX === this.logX
  }

  #question(range: Range): CurveQuestion {
    const { axis, smoothing } = this.look
    const wanted = curveNames.filter((name) => name !== 'authorLoss' || this.authorLoss)
    const points = Object.fromEntries(wanted.map((name) => [name, 2 * (this.#widths[name] ?? USUAL_WIDTH)]))
    return { axis, logX: this.logX, smoothing, range, points }
  }

  /** Asks for what is missing, what is looked at first. */
  async #ask(): Promise<void> {
    if (!this.#open) return
    const { range } = this
    if (!isWhole(range) && !this.#answers(this.#detail, this.#question(range))) {
      this.#detail = await this.#load(this.#question(range))
      this.revision += 1
    }
    if (!this.#answers(this.#overview, this.#question(whole))) {
      this.#overview = await this.#load(this.#question(whole))
      this.revision += 1
    }
    if (isWhole(this.range)) this.#detail = null
    this.problem = null
    if (!sameRange(range, this.range)) this.#sync()
  }

  /** Whether a set is what a question asks for, complete, with points enough and not too many. */
  #answers(set: CurveSet | null, question: CurveQuestion): boolean {
    if (!set || set.crowded || set.stale) return false
    return JSON.stringify(set.question) === JSON.stringify(question)
  }

  async #load(question: CurveQuestion): Promise<CurveSet> {
    const { axis, logX, smoothing, range, points } = question
    this.#askedAt = performance.now()
    const view = await this.#lab.client.request('runs.curves', {
      ...{ id: this.id, axis, logX, smoothing, ...range },
      curves: Object.entries(points).map(([name, most]) => ({
        name: name as CurveName,
        points: most,
        smooth: averaged.has(name as CurveName),
      })),
    })
    const set = new CurveSet(question, view)
    for (const steps of this.#recent) if (!set.append(steps)) this.#retryLater()
    return set
  }
}

const sameRange = (a: Range, b: Range): boolean => a.from === b.from && a.to === b.to
