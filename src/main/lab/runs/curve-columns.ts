import { ExtremesIndex } from '../../../shared/metrics/extremes'
import { Ema, type EmaState } from '../../../shared/metrics/smoothing'
import { countsSteps, stepRate, stepsPerUnit, type CurveAxis, type RunShape } from '../../../shared/metrics/step-axis'
import type { StepColumnName } from '../../../shared/metrics/steps'
import type { Store } from '../../store/store'
import { Growing } from './growing'

/** What a curve's values are made of: a stored column, or the rate that follows from the seconds. */
export type StepCurve = 'loss' | 'authorLoss' | 'learningRate' | 'gradientNorm' | 'imagesPerSecond'

/** Values of every step, not to be kept, with an index of their extremes. */
export interface Column {
  readonly values: Float64Array
  readonly index: ExtremesIndex
}

/** A moving average over every step. */
export interface Smoothed extends Column {
  /** At the newest step; null where no value is finite. */
  readonly state: EmaState | null
}

interface KeptAverage extends Smoothed {
  readonly axis: CurveAxis
  readonly smoothing: number
}

/**
 * A run's curves over every recorded step, kept in memory while someone looks: a zoom then reads nothing from the disk, and
 * a run that goes on only adds what is new. Call {@link refresh} first.
 */
export class CurveColumns {
  readonly #store: Store
  readonly run: string
  readonly shape: RunShape
  #steps = 0
  #cuts = -1
  #values = new Map<StepCurve, Growing>()
  #indices = new Map<StepCurve, ExtremesIndex>()
  #positions = new Map<CurveAxis, Growing>()
  #averages = new Map<StepCurve, KeptAverage>()
  #memory: { steps: Growing; bytes: Growing } | null = null
  /** See {@link lastSeconds}; read after so many steps. */
  #newest = { steps: 0, seconds: 0 }

  constructor(store: Store, run: string, shape: RunShape) {
    this.#store = store
    this.run = run
    this.shape = shape
  }

  /** Takes note of how many steps there are now; forgets everything when steps were cut off since. */
  refresh(): void {
    const { steps } = this.#store
    const cuts = steps.cuts(this.run)
    if (cuts !== this.#cuts) {
      this.#values = new Map()
      this.#indices = new Map()
      this.#positions = new Map()
      this.#averages = new Map()
      this.#memory = null
      this.#newest = { steps: 0, seconds: 0 }
      this.#cuts = cuts
    }
    this.#steps = steps.count(this.run)
  }

  /** Steps recorded. */
  get steps(): number {
    return this.#steps
  }

  /** Seconds of training at the newest step, 0 before the first: one value, not all of them. */
  get lastSeconds(): number {
    const steps = this.#steps
    if (this.#newest.steps !== steps) this.#newest = { steps, seconds: this.#read('seconds', steps - 1)[0] ?? 0 }
    return this.#newest.seconds
  }

  /** Bytes that are kept. */
  get bytes(): number {
    const kept = [...this.#values.values(), ...this.#positions.values()]
    const averages = [...this.#averages.values()].map(({ values }) => values.byteLength)
    const memory = this.#memory ? 2 * this.#memory.bytes.bytes : 0
    return kept.reduce((sum, { bytes }) => sum + bytes, 0) + averages.reduce((sum, bytes) => sum + bytes, 0) + memory
  }

  /** Values of every step; float64 [steps]. */
  values(name: StepCurve): Column {
    const column = kept(this.#values, name, () => new Growing())
    const from = column.length
    if (from < this.#steps) {
      if (name === 'imagesPerSecond') column.append(this.#rates(from))
      else column.append(this.#read(name, from))
    }
    const index = kept(this.#indices, name, () => new ExtremesIndex())
    const values = column.view()
    index.grow(values)
    return { values, index }
  }

  /** Positions of every step's end on the axis, ascending; float64 [steps], not to be kept. */
  positions(axis: CurveAxis): Float64Array {
    const column = kept(this.#positions, axis, () => new Growing())
    const from = column.length
    if (from >= this.#steps) return column.view()
    if (countsSteps(axis)) {
      const unit = stepsPerUnit(axis, this.shape)
      const added = new Float64Array(this.#steps - from)
      for (let i = 0; i < added.length; i++) added[i] = (from + i + 1) / unit
      column.append(added)
    } else column.append(ascending(this.#read(axis, from), column.last))
    return column.view()
  }

  /** The moving average of every step's value, spacing measured by the run's whole range. */
  smoothed(name: StepCurve, axis: CurveAxis, smoothing: number): Smoothed {
    const known = this.#averages.get(name)
    if (known?.axis === axis && known.smoothing === smoothing && known.values.length === this.#steps) return known
    const [x, { values: y }] = [this.positions(axis), this.values(name)]
    const ema = new Ema(smoothing, x.length > 0 ? x[x.length - 1]! - x[0]! : 0)
    const values = ema.all(y, x)
    const index = new ExtremesIndex()
    index.grow(values)
    const made = { axis, smoothing, values, index, state: ema.state }
    this.#averages.set(name, made)
    return made
  }

  /** The engine's memory: steps done at each sample, and bytes; float64, not to be kept. */
  memory(): { readonly steps: Float64Array; readonly bytes: Float64Array } {
    const memory = (this.#memory ??= { steps: new Growing(), bytes: new Growing() })
    const added = this.#store.memory.columns(this.run, memory.steps.last ?? -1)
    memory.steps.append(added.steps)
    memory.bytes.append(added.residentBytes)
    return { steps: memory.steps.view(), bytes: memory.bytes.view() }
  }

  /** Where so many steps were done on the axis; NaN where they are not recorded. */
  positionsAfter(steps: Float64Array, axis: CurveAxis): Float64Array {
    const positions = this.positions(axis)
    const places = new Float64Array(steps.length)
    for (let i = 0; i < places.length; i++) places[i] = positions[steps[i]! - 1] ?? NaN
    return places
  }

  #read(name: StepColumnName, from: number): ArrayLike<number> {
    return this.#store.steps.column(this.run, name, from, this.#steps)
  }

  /** Images a second of each step from `from` on. */
  #rates(from: number): Float64Array {
    const seconds = this.#read('seconds', Math.max(0, from - 1))
    const before = from > 0 ? 1 : 0
    const rates = new Float64Array(seconds.length - before)
    let last = before ? seconds[0]! : 0
    for (let i = 0; i < rates.length; i++) {
      const now = seconds[i + before]!
      rates[i] = stepRate(from + i, now - last, this.shape)
      last = now
    }
    return rates
  }
}

/** What a map keeps under a key, made where it keeps nothing. */
function kept<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make()
  map.set(key, value)
  return value
}

/** A clock that was set back stands still until it has caught up. */
function ascending(values: ArrayLike<number>, last: number | null): Float64Array {
  const positions = new Float64Array(values.length)
  let highest = last ?? -Infinity
  for (let i = 0; i < positions.length; i++) positions[i] = highest = Math.max(highest, values[i]!)
  return positions
}
