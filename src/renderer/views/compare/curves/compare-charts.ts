import { marked } from '../../../../shared/charts/accuracy'
import { formatLoss, formatPercent, formatTick } from '../../../../shared/charts/format'
import { dash, line, type ChartLook, type LineDataset } from '../../../../shared/charts/look'
import { faint, seriesMarker } from '../../../../shared/charts/theme'
import { bandOf, spreadOf, type SpreadKind } from '../../../../shared/compare/spread'
import { accuracyOn } from '../../../../shared/compare/summary'
import type { ComparedRun } from '../../../../shared/contract/compare'
import type { PartName } from '../../../../shared/data/dataset'
import { percentTick, type CurveChart } from '../../../components/charts/curve-chart'
import type { BandPoint, CurveLine } from '../../../components/charts/curve-lines'
import type { CompareCurves } from '../../../state/compare-curves.svelte'
import { epochPlaces, type Point } from '../../../state/curve-points'
import { slotDash } from '../series'
import type { Series } from './compare-series'
import { lossSpread } from './loss-spread'

/** What the charts are made from. */
export interface CompareSources {
  readonly series: readonly Series[]
  readonly curves: CompareCurves
  readonly look: ChartLook
  readonly spread: SpreadKind
  /** Every value of the loss, light, behind the averages. */
  readonly raw: boolean
}

type Epoch = ComparedRun['epochs'][number]

/** The comparison's charts, the loss first. */
export function compareCharts(sources: CompareSources): CurveChart[] {
  const percent = { mayBeLog: false, fromZero: false, format: formatPercent, tick: percentTick, curves: [] }
  const of = (part: PartName) => (epoch: Epoch) => accuracyOn(epoch, part)
  const validation = sources.series.some(({ runs }) => runs.some(({ data }) => (data.images.validation ?? 0) > 0))
  return [
    {
      ...{ key: 'loss', title: 'Loss', curves: ['loss'], mayBeLog: true, fromZero: false, lines: lossLines(sources) },
      ...{ format: formatLoss, tick: formatTick, empty: 'No step was recorded yet.' },
    },
    {
      ...{ key: 'test', title: 'Test accuracy', ...percent, lines: epochLines(sources, of('test')) },
      empty: 'No epoch was evaluated yet.',
    },
    ...(validation
      ? [
          {
            ...{ key: 'validation', title: 'Validation accuracy', ...percent },
            ...{ lines: epochLines(sources, of('validation')), empty: 'No epoch was evaluated yet.' },
          },
        ]
      : []),
    {
      ...{ key: 'train', title: 'Train accuracy', ...percent },
      ...{ lines: epochLines(sources, ({ trainAccuracy }) => trainAccuracy), empty: 'No epoch has ended yet.' },
    },
  ]
}

/** A press leads to the run; a group's mean is of no run alone. */
const runOf = ({ runs }: Series): { run?: string } => (runs.length === 1 ? { run: runs[0]!.run.id } : {})

const style = (look: ChartLook, { label, colour, place }: Series): Omit<LineDataset, 'data'> =>
  line(look, { label, color: colour, width: 0.14, pattern: slotDash(place) })

function lossLines({ series, curves, look, spread, raw }: CompareSources): CurveLine[] {
  return series.flatMap((one) => {
    const { key, label, runs } = one
    const alone = runs.length === 1 ? runs[0]!.run.id : null
    const points = (id: string) => curves.shown(id)?.get('loss') ?? null
    const both = alone === null ? lossSpread(curves, runs, spread) : null
    const average: CurveLine = {
      ...{ key, label, style: style(look, one), ...runOf(one) },
      points: () => (alone === null ? both!().mean : (points(alone)?.smooth ?? [])),
      ...(both ? { band: () => both().band } : {}),
      ...(alone === null ? {} : { usual: () => points(alone)?.usual ?? null }),
    }
    // Hidden with its average.
    if (!raw || curves.look.hidden.includes(key)) return [average]
    const color = faint(look.theme, one.colour)
    const values = runs.map(({ run }): CurveLine => ({
      ...{ key: `${key} ${run.id} raw`, label: `${run.name}, each step` },
      style: line(look, { color, width: 0.08, order: 2 }),
      points: () => points(run.id)?.raw ?? [],
      usual: () => points(run.id)?.usual ?? null,
    }))
    return [average, ...values]
  })
}

/** More marks than this are not drawn: Chart.js keeps an object for each. */
const MOST_MARKS = 1500

function epochLines(sources: CompareSources, of: (epoch: Epoch) => number | null): CurveLine[] {
  const { series, curves, look, spread } = sources
  const made = series.map((one) => ({ one, ...epochPoints(one.runs, curves, spread, of) }))
  const marks = made.reduce((sum, { points }) => sum + points.length, 0) <= MOST_MARKS
  return made.map(({ one, points, band }) => ({
    ...{ key: one.key, label: one.label, points: () => points, ...runOf(one) },
    ...(band.length > 0 ? { band: () => band } : {}),
    style: marks ? markedStyle(look, one, points) : style(look, one),
    ...(marks ? { marked: true as const } : {}),
  }))
}

function markedStyle(look: ChartLook, { label, colour, place }: Series, points: readonly Point[]): CurveLine['style'] {
  const trace = { x: points.map(({ x }) => x), y: points.map(({ y }) => y) }
  const { data: _data, ...made } = marked(look, label, trace, colour, seriesMarker(place))
  // A mark at the edge is drawn whole, a line that goes on past it is not.
  return { ...made, clip: 6, borderDash: dash(slotDash(place), Number(made.borderWidth)) }
}

/** Accuracies of epochs at their places; of several runs the mean of each epoch's, with what lies around it. */
function epochPoints(
  runs: readonly ComparedRun[],
  curves: CompareCurves,
  spread: SpreadKind,
  of: (epoch: Epoch) => number | null,
): { points: Point[]; band: BandPoint[] } {
  const epochs = new Map<number, Point[]>()
  for (const { run, epochs: recorded } of runs) {
    const place = placesOf(run.id, curves)
    for (const epoch of recorded) {
      const [x, y] = [place(epoch.epoch), of(epoch)]
      if (x === null || y === null) continue
      epochs.set(epoch.epoch, [...(epochs.get(epoch.epoch) ?? []), { x, y }])
    }
  }
  const points: Point[] = []
  const band: BandPoint[] = []
  for (const values of [...epochs].sort(([a], [b]) => a - b).map(([, found]) => found)) {
    const [x, y] = [spreadOf(values.map((value) => value.x))!.mean, spreadOf(values.map((value) => value.y))!]
    points.push({ x, y: y.mean })
    const around = bandOf(y, spread)
    if (around) band.push({ x, ...around })
  }
  return { points, band }
}

/** Where a run's epochs ended on the axis; over epochs no curve must be known for it. */
function placesOf(id: string, curves: CompareCurves): (epoch: number) => number | null {
  if (curves.look.axis === 'epoch') return (epoch) => epoch
  const set = curves.shown(id)
  return set ? epochPlaces(set) : () => null
}
