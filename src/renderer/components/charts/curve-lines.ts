import { marked } from '../../../shared/charts/accuracy'
import { dash, line, type ChartLook, type LineDataset } from '../../../shared/charts/look'
import { faint, seriesColor } from '../../../shared/charts/theme'
import type { CurveName } from '../../../shared/contract/curves'
import type { CurvePoints, Point } from '../../state/curve-points'

/** A line of a chart: how it looks, and its points as they are now. */
export interface CurveLine {
  /** As 'loss.raw': what a person hides. */
  readonly key: string
  readonly label: string
  readonly style: Omit<LineDataset, 'data'>
  readonly points: () => Point[]
  /** Its points are few and marked; else it is a trace. */
  readonly marked?: true
  /** The curve whose usual range counts where outliers are hidden. */
  readonly usual?: () => CurvePoints['usual']
  /** What lies around the line, filled in its colour, light: the spread over seeds. */
  readonly band?: () => readonly BandPoint[]
  /** The run it is of: a press on the line leads there. */
  readonly run?: string
}

/** The ends of a band at a place. */
export interface BandPoint {
  readonly x: number
  readonly low: number
  readonly high: number
}

/** How a curve is found among those that are shown now. */
export type FindCurve = (name: CurveName) => CurvePoints | null

/** Averages are drawn over raw values, this run's over the published. A lower order is drawn later. */
const ORDER = { average: 0, published: 1, raw: 2 } as const

/** Every value, light, and its average; where there is none, the values alone, in full colour. */
export function valueLines(
  find: FindCurve,
  name: CurveName,
  look: ChartLook,
  { index = 0, raw = 'each step', average = null as string | null, key = name as string } = {},
): CurveLine[] {
  const color = seriesColor(look.theme, index)
  const light = average === null ? color : faint(look.theme, color)
  const values: CurveLine = {
    key: `${key}.raw`,
    label: raw,
    style: line(look, { label: raw, color: light, width: average === null ? 0.12 : 0.08, order: ORDER.raw }),
    points: () => find(name)?.raw ?? [],
    usual: () => find(name)?.usual ?? null,
  }
  if (average === null) return [values]
  const smooth: CurveLine = {
    key: `${key}.average`,
    label: average,
    style: line(look, { label: average, color, width: 0.14, order: ORDER.average }),
    points: () => find(name)?.smooth ?? [],
  }
  return [smooth, values]
}

/** A published trace: its average, dashed, or its values, light. */
export function publishedLine(
  key: string,
  label: string,
  points: readonly Point[],
  look: ChartLook,
  light = false,
): CurveLine {
  const color = seriesColor(look.theme, 1)
  return {
    key,
    label,
    style: light
      ? line(look, { label, color: faint(look.theme, color), width: 0.08, order: ORDER.raw })
      : line(look, { label, color, pattern: [5, 3], order: ORDER.published }),
    points: () => points as Point[],
  }
}

/** A value of each epoch: a line through marks of its own shape. */
export function epochLine(
  key: string,
  label: string,
  points: readonly Point[],
  look: ChartLook,
  { index, shape }: { index: number; shape: 'circle' | 'rect' | 'triangle' },
): CurveLine {
  const trace = { x: points.map(({ x }) => x), y: points.map(({ y }) => y) }
  const { data: _data, ...style } = marked(look, label, trace, seriesColor(look.theme, index), shape)
  // A mark at the edge is drawn whole, a line that goes on past it is not.
  return {
    key,
    label,
    style: { ...style, clip: 6, order: ORDER.average },
    marked: true,
    points: () => points as Point[],
  }
}

/** Published values of epochs: hollow marks on a thin dashed line. */
export function publishedEpochLine(
  key: string,
  label: string,
  points: readonly Point[],
  look: ChartLook,
  { index, shape }: { index: number; shape: 'circle' | 'rect' },
): CurveLine {
  const made = epochLine(key, label, points, look, { index, shape })
  const width = look.fontSize * 0.08
  const style = {
    ...made.style,
    ...{ borderWidth: width, borderDash: dash([4, 4], width), order: ORDER.published },
    ...{ pointRadius: look.fontSize * 0.28, pointBorderWidth: look.fontSize * 0.1 },
    ...{ pointBackgroundColor: look.theme.background, backgroundColor: look.theme.background },
  }
  return { ...made, style }
}

/** A ring around the best value. */
export function bestMark(label: string, point: Point | null, look: ChartLook): CurveLine {
  const made = epochLine('accuracy.best', label, point ? [point] : [], look, { index: 0, shape: 'circle' })
  const style = {
    ...made.style,
    ...{ showLine: false, borderColor: look.theme.text, pointBackgroundColor: 'transparent' },
    ...{ pointRadius: look.fontSize * 0.5, pointBorderWidth: look.fontSize * 0.12, order: -1 },
  }
  return { ...made, style }
}

/** The place of the point nearest to `x`; points are in order of x. Null where there is none. */
export function nearest(points: readonly Point[], x: number): Point | null {
  let [low, high] = [0, points.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (points[middle]!.x < x) low = middle + 1
    else high = middle
  }
  const [after, before] = [points[low], points[low - 1]]
  if (!after || !before) return after ?? null
  return x - before.x < after.x - x ? before : after
}
