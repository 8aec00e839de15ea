import type { CurveName, CurvesView, CurveView } from '../../shared/contract/curves'
import type { LiveSteps } from '../../shared/contract/events'
import { Ema } from '../../shared/metrics/smoothing'
import { countsSteps, stepRate, stepsPerUnit, type CurveAxis } from '../../shared/metrics/step-axis'
import type { Range } from './zoom'

/** A point as Chart.js draws it. */
export interface Point {
  readonly x: number
  readonly y: number
}

const pointsOf = ({ x, y }: { x: readonly number[]; y: readonly number[] }): Point[] =>
  x.map((at, i) => ({ x: at, y: y[i]! }))

/** One curve as it is drawn: what the store gave, thinned, and every value since. The arrays are added to in place. */
export class CurvePoints {
  readonly name: CurveName
  readonly raw: Point[]
  readonly smooth: Point[] | null
  /** Finite values in the range, drawn or not. */
  total: number
  notFinite: number
  /** See the contract; live values may lie outside. */
  readonly usual: CurveView['usual']
  readonly #ema: Ema | null

  /** @param range width of the run's extent, which smoothing is measured by */
  constructor(view: CurveView, smoothing: number, range: number) {
    this.name = view.name
    this.raw = pointsOf(view.raw)
    this.smooth = view.smooth && pointsOf(view.smooth)
    this.total = view.total
    this.notFinite = view.notFinite
    this.usual = view.usual
    this.#ema = view.smooth && new Ema(smoothing, range, view.average)
  }

  /** Takes the next value; one outside the range moves the average only. */
  append(x: number, value: number | null, inside: boolean): void {
    const average = this.#ema?.next(value ?? NaN, x)
    if (!inside) return
    if (value === null) {
      if (this.name === 'loss' || this.name === 'gradientNorm') this.notFinite++
      return
    }
    this.total++
    this.raw.push({ x, y: value })
    if (average !== undefined) this.smooth?.push({ x, y: average })
  }
}

/** What was asked of the store for a set of curves. */
export interface CurveQuestion {
  readonly axis: CurveAxis
  readonly logX: boolean
  readonly smoothing: number
  readonly range: Range
  /** Only averages are drawn of curves that have one. */
  readonly averageOnly: boolean
  /** Most points of each curve. */
  readonly points: Readonly<Partial<Record<CurveName, number>>>
}

/** Samples of memory are kept about once a second, here as in the store. Milliseconds. */
const MEMORY_EVERY = 1000

/** All curves of a run over one axis and range, followed as the run goes on. */
export class CurveSet {
  readonly question: CurveQuestion
  readonly shape: CurvesView['shape']
  readonly epochEnds: CurvesView['epochEnds']
  /** It lacks something that was recorded since, and that no event told. */
  stale = false
  /** Steps looked at. */
  steps: number
  extent: { first: number; last: number } | null
  readonly #curves: ReadonlyMap<CurveName, CurvePoints>
  #seconds: number
  #memoryAt = -Infinity

  constructor(question: CurveQuestion, view: CurvesView) {
    this.question = question
    this.shape = view.shape
    this.epochEnds = view.epochEnds
    this.steps = view.steps
    this.extent = view.extent
    this.#seconds = view.lastSeconds
    const width = view.extent ? view.extent.last - view.extent.first : 0
    this.#curves = new Map(view.curves.map((curve) => [curve.name, new CurvePoints(curve, question.smoothing, width)]))
  }

  get(name: CurveName): CurvePoints | null {
    return this.#curves.get(name) ?? null
  }

  /**
   * Adds new steps; those already here are left out.
   * @returns false when steps between are missing: the curves must be asked for again
   */
  append(live: LiveSteps): boolean {
    if (live.firstStep > this.steps) return false
    for (let i = this.steps - live.firstStep; i < live.loss.length; i++) this.#step(live, i)
    return true
  }

  /** Adds a sample of the engine's memory, at most one a second. @param now milliseconds */
  remember(residentBytes: number, now: number): boolean {
    const memory = this.#curves.get('residentBytes')
    if (!memory || !this.extent || now - this.#memoryAt < MEMORY_EVERY) return false
    this.#memoryAt = now
    memory.append(this.extent.last, residentBytes, this.#inside(this.extent.last))
    return true
  }

  /** So many points were added that the store should thin them again. */
  get crowded(): boolean {
    return [...this.#curves].some(([name, { raw }]) => raw.length > 2 * (this.question.points[name] ?? Infinity))
  }

  #inside(x: number): boolean {
    const { from, to } = this.question.range
    return x >= (from ?? -Infinity) && x <= (to ?? Infinity) && (!this.question.logX || x > 0)
  }

  #step(live: LiveSteps, i: number): void {
    const step = live.firstStep + i
    const x = this.#place(live, i)
    const inside = this.#inside(x)
    const seconds = live.seconds[i]!
    const rate = stepRate(step, seconds - this.#seconds, this.shape)
    const values: Partial<Record<CurveName, number | null>> = {
      loss: live.loss[i]!,
      authorLoss: live.authorLoss[i]!,
      learningRate: live.learningRate[i]!,
      gradientNorm: live.gradientNorm[i]!,
      imagesPerSecond: Number.isFinite(rate) ? rate : null,
    }
    for (const [name, curve] of this.#curves) if (name in values) curve.append(x, values[name]!, inside)
    this.steps = step + 1
    this.#seconds = seconds
    this.extent = { first: this.extent?.first ?? x, last: x }
  }

  /** A clock that was set back stands still until it has caught up. */
  #place(live: LiveSteps, i: number): number {
    const { axis } = this.question
    if (countsSteps(axis)) return (live.firstStep + i + 1) / stepsPerUnit(axis, this.shape)
    return Math.max(this.extent?.last ?? -Infinity, live[axis][i]!)
  }
}

/** Where an epoch ended: on an axis of time as the store tells; null: it has no place there. */
export function epochPlaces({ question: { axis }, shape, epochEnds }: CurveSet): (epoch: number) => number | null {
  if (countsSteps(axis)) {
    const unit = stepsPerUnit(axis, shape)
    return (epoch) => (epoch * shape.stepsPerBatch * shape.batchesPerEpoch) / unit
  }
  const ends = new Map(epochEnds.map(({ epoch, x }) => [epoch, x]))
  return (epoch) => ends.get(epoch) ?? null
}
