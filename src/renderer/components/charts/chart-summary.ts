import type { CurveAxis } from '../../../shared/metrics/step-axis'
import { axisWords, formatPlace } from '../../state/curve-axis'
import type { Point } from '../../state/curve-points'
import type { Scale } from '../../state/zoom'
import type { CurveChart } from './curve-chart'
import type { CurveLine } from './curve-lines'

/** The points of a line that lie in what is seen. */
export const pointsInside = (line: CurveLine, { from, to }: Scale): Point[] =>
  line.points().filter(({ x }) => x >= from && x <= to)

/** A chart in a few sentences, for those who do not see it: of each line that is shown its ends, lowest and highest. */
export function chartSummary(
  chart: CurveChart,
  axis: CurveAxis,
  scale: Scale | null,
  hidden: readonly string[],
): string {
  const shown = chart.lines.filter(({ key }) => !hidden.includes(key))
  const sentences = scale === null ? [] : shown.flatMap((line) => lineSummary(line, chart, scale))
  if (scale === null || sentences.length === 0) return `${chart.title}: ${chart.empty}`
  const place = (x: number): string => formatPlace(axis, x, scale.to - scale.from)
  const over = `${axisWords[axis].name} ${place(scale.from)} to ${place(scale.to)}`
  return [`${chart.title}, ${over}.`, ...sentences].join(' ')
}

function lineSummary(line: CurveLine, { format }: CurveChart, scale: Scale): string[] {
  const points = pointsInside(line, scale)
  const [first, last] = [points[0], points.at(-1)]
  if (!first || !last) return []
  let [low, high] = [Infinity, -Infinity]
  for (const { y } of points) [low, high] = [Math.min(low, y), Math.max(high, y)]
  if (points.length === 1) return [`${line.label}: ${format(first.y)}.`]
  return [
    `${line.label}: from ${format(first.y)} to ${format(last.y)}, lowest ${format(low)}, highest ${format(high)}.`,
  ]
}

/** One row of a chart's data: a place and each line's value there, null where it has none. */
export interface DataRow {
  readonly x: number
  readonly values: readonly (number | null)[]
}

/** Every point that is drawn of the lines in the range, in order of x; lines with a point at the same place share a row. */
export function dataRows(lines: readonly CurveLine[], scale: Scale): DataRow[] {
  const rows = new Map<number, (number | null)[]>()
  lines.forEach((line, i) => {
    for (const { x, y } of pointsInside(line, scale)) {
      const values = rows.get(x) ?? lines.map(() => null)
      values[i] = y
      rows.set(x, values)
    }
  })
  return [...rows].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, values }))
}
