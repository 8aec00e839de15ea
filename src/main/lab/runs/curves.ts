import type { RequestArguments } from '../../../shared/contract/contract'
import type { CurveName, CurvesView, CurveView } from '../../../shared/contract/curves'
import type { Configuration } from '../../../shared/experiment/configuration'
import { envelope } from '../../../shared/metrics/envelope'
import { scanExtremes, type ExtremesIndex } from '../../../shared/metrics/extremes'
import type { EmaState } from '../../../shared/metrics/smoothing'
import type { CurveAxis, RunShape } from '../../../shared/metrics/step-axis'
import { trainedImages } from '../../../shared/experiment/prediction'
import type { Lab } from '../lab'
import { CurveColumns, type StepCurve } from './curve-columns'
import type { Run } from './runs'

type Asked = RequestArguments<'runs.curves'>
type AskedCurve = Asked['curves'][number]

/**
 * What the columns of runs that are looked at may take in memory, together; the one looked at now always stays. Ten runs of a
 * million steps fit, over two axes: runs that are compared are asked for in turn, and what is let go is read anew each time.
 */
const MOST_BYTES = 512 * 2 ** 20

/** Answers for curves: over every stored point, then thinned to what a screen can show. */
export class Curves {
  readonly #lab: Lab
  /** The one asked for last at the end. */
  readonly #kept = new Map<string, CurveColumns>()

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** Curves of a run in a range of an axis. @throws LabError 'not-found' */
  answer(asked: Asked): CurvesView {
    const columns = this.#columns(asked.id)
    const { axis } = asked
    const last = columns.positions(axis)[columns.steps - 1]
    const epochs = this.#lab.store.epochs.list(columns.run).map(({ epoch }) => epoch + 1)
    const ofEpoch = columns.shape.stepsPerBatch * columns.shape.batchesPerEpoch
    const ends = columns.positionsAfter(
      Float64Array.from(epochs, (epoch) => epoch * ofEpoch),
      axis,
    )
    const answer = {
      steps: columns.steps,
      shape: columns.shape,
      extent: last === undefined ? null : { first: columns.positions(axis)[0]!, last },
      lastSeconds: columns.lastSeconds,
      epochEnds: epochs.flatMap((epoch, i) => (Number.isNaN(ends[i]) ? [] : [{ epoch, x: ends[i]! }])),
      curves: asked.curves.map((curve) => curveOf(columns, curve, asked)),
    }
    this.#forget()
    return answer
  }

  #columns(id: string): CurveColumns {
    const run = this.#lab.store.runs.get(id)
    const columns = this.#kept.get(run.id) ?? new CurveColumns(this.#lab.store, run.id, this.#shape(run))
    this.#kept.delete(run.id)
    this.#kept.set(run.id, columns)
    columns.refresh()
    return columns
  }

  #shape(run: Run): RunShape {
    return shapeOf(this.#lab.runs.configuration(run), this.#lab.dataSets.get(run.dataSet).manifest.parts.train.count)
  }

  /** Lets go of what was looked at longest ago. */
  #forget(): void {
    let bytes = [...this.#kept.values()].reduce((sum, columns) => sum + columns.bytes, 0)
    for (const [id, columns] of this.#kept) {
      if (bytes <= MOST_BYTES || this.#kept.size === 1) return
      this.#kept.delete(id)
      bytes -= columns.bytes
    }
  }
}

/** How the run's steps make up its batches and epochs. @param images of the training part */
export function shapeOf({ model, training }: Configuration, images: number): RunShape {
  const epochImages = trainedImages(training, images)
  return {
    stepsPerBatch: 'segmentsTrain' in model ? model.segmentsTrain : 1,
    batchesPerEpoch: Math.ceil(epochImages / training.batch),
    batchImages: training.batch,
    epochImages,
  }
}

/** A curve before it is thinned. */
interface Whole {
  readonly x: Float64Array
  readonly y: Values
  readonly average: (Values & { readonly state: EmaState | null }) | null
}

/** Values with an index of their extremes, where there is one. */
interface Values {
  readonly values: Float64Array
  readonly index?: ExtremesIndex
}

function wholeCurve(columns: CurveColumns, { name, smooth }: AskedCurve, axis: CurveAxis, smoothing: number): Whole {
  if (name === 'residentBytes') return wholeMemory(columns, axis)
  const average = smooth ? columns.smoothed(name, axis, smoothing) : null
  return { x: columns.positions(axis), y: columns.values(name satisfies StepCurve), average }
}

/** Memory is sampled about once a second, not at every step; it has no average: its steps are what matters. */
function wholeMemory(columns: CurveColumns, axis: CurveAxis): Whole {
  const { steps, bytes } = columns.memory()
  return { x: columns.positionsAfter(steps, axis), y: { values: bytes }, average: null }
}

function curveOf(columns: CurveColumns, curve: AskedCurve, asked: Asked): CurveView {
  const { x, y, average } = wholeCurve(columns, curve, asked.axis, asked.smoothing)
  const first = asked.from === null ? 0 : lowerBound(x, asked.from)
  const end = Math.max(first, asked.to === null ? x.length : lowerBound(x, asked.to, true))
  const only = asked.averageOnly === true && average !== null
  const raw = only ? undrawn(y, first, end) : thin(x, y, { first, end, points: curve.points }, asked)
  const whole = !only && raw.total <= curve.points
  const points = whole ? curve.points : Math.max(2, Math.floor(curve.points / AVERAGE_SHARE))
  return {
    name: curve.name,
    raw: raw.trace,
    total: raw.total,
    notFinite: trained.has(curve.name) ? end - first - raw.total : 0,
    smooth: average && thin(x, average, { first, end, points }, asked).trace,
    average: average?.state ?? null,
    usual: usualRange(y.values, first, end),
  }
}

/** What a training that goes well gives a finite number of at every step. */
const trained: ReadonlySet<CurveName> = new Set(['loss', 'gradientNorm'])

/** Where values are thinned or not drawn, an average needs only this part of their points: more would be jitter, drawn slowly. */
const AVERAGE_SHARE = 4

/** Values that are not drawn, counted. */
const undrawn = (
  { values, index }: Values,
  first: number,
  end: number,
): { trace: CurveView['raw']; total: number } => ({
  trace: { x: [], y: [] },
  total: (index ? index.within(values, first, end) : scanExtremes(values, first, end)).finite,
})

/** The envelope of the range, which begins at index `first` and ends before `end`, with a neighbour on either side: the line goes on to the edges. */
function thin(
  x: Float64Array,
  { values, index }: Values,
  { first, end, points }: { first: number; end: number; points: number },
  { from, to, logX }: Asked,
): { trace: CurveView['raw']; total: number } {
  const inside = envelope(x, values, { from, to, points, logX, ...(index ? { index } : {}) })
  const edges = [first - 1, end].map((i) => (Number.isFinite(values[i]) && (!logX || x[i]! > 0) ? [i] : []))
  const around = (of: Float64Array, drawn: Float64Array): number[] => [
    ...edges[0]!.map((i) => of[i]!),
    ...drawn,
    ...edges[1]!.map((i) => of[i]!),
  ]
  return { trace: { x: around(x, inside.x), y: around(values, inside.y).map(short) }, total: inside.total }
}

/** Nine significant digits: exact for what was stored as float32, and half as long as JSON. */
const short = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(9)))

/** Values looked at for the usual range: enough for hundredths, few enough to sort at once. */
const SAMPLED = 2000

/** Where all values but the lowest and highest hundredth lie; null where none is finite. Large ranges are sampled evenly. */
function usualRange(y: Float64Array, from: number, to: number): { low: number; high: number } | null {
  const stride = Math.max(1, Math.floor((to - from) / SAMPLED))
  const sample: number[] = []
  for (let i = from; i < to; i += stride) if (Number.isFinite(y[i])) sample.push(y[i]!)
  if (sample.length === 0) return null
  const sorted = Float64Array.from(sample).sort()
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!
  return { low: at(0.01), high: at(0.99) }
}

/** Index of the first position ≥ `at`, or > `at` when `after`; x ascends. */
function lowerBound(x: Float64Array, at: number, after = false): number {
  let [low, high] = [0, x.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (after ? x[middle]! <= at : x[middle]! < at) low = middle + 1
    else high = middle
  }
  return low
}
