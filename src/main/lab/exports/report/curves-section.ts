import { formatLoss, formatPercent, formatTick } from '../../../../shared/charts/format'
import { fallsFar } from '../../../../shared/charts/loss'
import { accuracyByEpoch, curveOf, lossByBatch } from '../draw/traces'
import type { Report, ReportRun } from './collect'
import { html, number, table, type Html, type Part } from './html'
import { lineFigure, lineSample, logarithmicTicks, roundTicks, type FigureAxis, type FigureLine } from './line-figure'
import { letterAndName, type Section } from './section'

/** More epochs than this, and their points would touch: the line is enough. */
const MOST_MARKED = 30

/** Test accuracy by epoch and loss by batch, all runs over one axis. */
export function curvesSection({ runs }: Report): Section {
  return {
    id: 'curves',
    title: 'Curves',
    body: html`<ul class="legend">
        ${runs.map((run, place) => html`<li>${lineSample(place)}${letterAndName(run)}</li>`)}
      </ul>
      ${accuracyFigure(runs)}${lossFigure(runs)}`,
  }
}

function accuracyFigure(runs: readonly ReportRun[]): Html {
  const lines = runs.map(({ made, letter }, place): FigureLine => {
    const trace = accuracyByEpoch(made.epochs, 'test') ?? { x: [], y: [] }
    return { place, label: `${letter} ${made.name}`, points: Array.from(trace.x, (x, i) => ({ x, y: trace.y[i]! })) }
  })
  const all = lines.flatMap(({ points }) => points).filter(({ y }) => Number.isFinite(y))
  if (all.length === 0) return html`<p>No run was evaluated on its test part yet.</p>`
  const last = Math.max(...all.map(({ x }) => x))
  const y = accuracyAxis(all.map((point) => point.y))
  const x: FigureAxis = {
    ...{ label: 'epoch', low: 0.5, high: last + 0.5, text: String },
    ticks: roundTicks(1, last, 12, 1).filter((tick) => tick >= 1),
  }
  const marked = lines.every(({ points }) => points.length <= MOST_MARKED)
  const summary = `Test accuracy by epoch. ${lines.map(accuracyWords).join(' ')}`
  return html`<figure>
      ${lineFigure({ summary, lines, x, y, marked })}
      <figcaption>Test accuracy after each epoch.</figcaption>
    </figure>
    <details>
      <summary>The numbers: test accuracy by epoch</summary>
      ${accuracyTable(lines, runs)}
    </details> `
}

const accuracyWords = ({ label, points }: FigureLine): string => {
  const end = points.at(-1)
  return end ? `${label}: ${formatPercent(end.y)} after epoch ${end.x}.` : `${label}: none.`
}

function accuracyAxis(values: readonly number[]): FigureAxis {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const room = Math.max(0.005, (most - least) * 0.06)
  const text = (value: number): string => `${Number((100 * value).toFixed(2))} %`
  return { label: 'test accuracy', ...wholeSteps(Math.max(0, least - room), Math.min(1, most + room), 1), text }
}

/** Ticks that begin and end the axis: below and above all values. @param limit the axis never goes beyond */
function wholeSteps(low: number, high: number, limit: number): Pick<FigureAxis, 'low' | 'high' | 'ticks'> {
  const inner = roundTicks(low, high, 5)
  const step = inner.length > 1 ? inner[1]! - inner[0]! : high - low || 0.01
  const [first, last] = [Math.floor(low / step + 1e-9) * step, Math.min(limit, Math.ceil(high / step - 1e-9) * step)]
  return { low: first, high: last, ticks: roundTicks(first, last, (last - first) / step) }
}

function accuracyTable(lines: readonly FigureLine[], runs: readonly ReportRun[]): Html {
  const epochs = [...new Set(lines.flatMap(({ points }) => points.map(({ x }) => x)))].sort((a, b) => a - b)
  const byEpoch = lines.map(({ points }) => new Map(points.map(({ x, y }) => [x, y])))
  const rows = epochs.map((epoch): Part[] => [
    number(epoch, String(epoch)),
    ...byEpoch.map((of) => number(of.get(epoch), formatPercent(of.get(epoch)))),
  ])
  const head = ['Epoch', ...runs.map((run) => letterAndName(run))]
  return table(
    'Test accuracy by epoch',
    head,
    rows,
    head.map(() => 'right'),
  )
}

function lossFigure(runs: readonly ReportRun[]): Html {
  const curves = runs.map(({ made }) => curveOf(made.name, lossByBatch(made.steps(), made.stepsPerBatch)))
  const logarithmic = curves.some(({ average }) => fallsFar(average))
  const lines = curves.map(({ average }, place): FigureLine => {
    const points = Array.from(average.x, (x, i) => ({ x, y: average.y[i]! }))
    return { place, label: `${runs[place]!.letter} ${runs[place]!.made.name}`, points }
  })
  const all = lines.flatMap(({ points }) => points).filter(({ y }) => Number.isFinite(y) && (!logarithmic || y > 0))
  if (all.length === 0) return html`<p>No loss was recorded yet.</p>`
  const last = all.reduce((most, { x }) => Math.max(most, x), 1)
  const x: FigureAxis = { label: 'batch', low: 0, high: last, ticks: roundTicks(0, last, 8, 1), text: formatTick }
  const y = lossAxis(all, logarithmic)
  const ends = lines.map(({ label, points }) => `${label}: ${formatLoss(points.at(-1)?.y)} at its end.`)
  return html`<figure>
    ${lineFigure({ summary: `Training loss by batch, smoothed. ${ends.join(' ')}`, lines, x, y, marked: false })}
    <figcaption>
      Training loss of every optimizer step, as a moving
      average${logarithmic && '; logarithmic scale'}.${
        runs.some(({ made }) => made.stepsPerBatch > 1) && ' Some runs take several steps on each batch.'
      }
    </figcaption>
  </figure> `
}

function lossAxis(points: readonly { readonly y: number }[], logarithmic: boolean): FigureAxis {
  let [least, most] = [Infinity, -Infinity]
  for (const { y } of points) [least, most] = [Math.min(least, y), Math.max(most, y)]
  const low = logarithmic ? least * 0.9 : Math.min(0, least)
  const high = most > low ? most * 1.05 : low + 1
  const axis = logarithmic ? { low, high, ticks: logarithmicTicks(low, high) } : wholeSteps(low, high, Infinity)
  return { label: 'loss', ...axis, text: formatTick, logarithmic }
}
