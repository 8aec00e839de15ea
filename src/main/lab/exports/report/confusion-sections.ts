import { formatCount, formatPercent } from '../../../../shared/charts/format'
import { signed } from '../../../../shared/compare/signed-words'
import { classReport, confusedPairs, normaliseConfusion, type Confusion } from '../../../../shared/metrics/confusion'
import { confusionDifference } from '../../../../shared/metrics/confusion-difference'
import { lastConfusion } from '../data'
import { MOST_SHOWN, type Report, type ReportRun } from './collect'
import { html, name, number, table, type Html, type Part } from './html'
import { divergingShade, matrixFigure, MOST_TABLED, shadeOf } from './matrix'
import { firstOnly, letterAndName, type Section } from './section'

/** Confused pairs and largest differences that are listed. */
const MOST_PAIRS = 10

/** Classes of matrices that stand beside each other. */
const MOST_BESIDE = 12

/** What each run takes for what after its last epoch: its matrix, and its most confused pairs. */
export function confusionSection(report: Report): Section | null {
  const shown = report.runs.slice(0, MOST_SHOWN)
  if (shown.every(({ made }) => lastConfusion(made) === null)) return null
  return {
    id: 'confusion',
    title: 'Confusion',
    body: html`<p class="quiet">
        Test images by true class (rows) and predicted class (columns); colour is the share of the true class. Pairs are
        directed.
      </p>
      ${firstOnly(report)}
      <div class="${layoutOf(shown)}">${shown.map(confusionCard)}</div>`,
  }
}

/** Tables of many columns stand below each other. */
const layoutOf = (runs: readonly ReportRun[]): string => {
  const tabled = runs.map(({ made }) => made.dataSet.classes.length).filter((k) => k <= MOST_TABLED)
  return Math.max(0, ...tabled) > MOST_BESIDE ? 'stack' : 'cards'
}

function confusionCard(run: ReportRun): Html {
  const last = lastConfusion(run.made)
  const head = html`<h3>${letterAndName(run)}</h3>`
  if (!last)
    return html`<div class="card">
      ${head}
      <p>It was never evaluated on its test part.</p>
    </div>`
  const { confusion, epoch } = last
  const { classes } = run.made.dataSet
  const shares = normaliseConfusion(confusion, 'row')
  const { accuracy, images } = classReport(confusion)
  const summary = `Confusion matrix of ${run.letter}: ${formatPercent(accuracy)} of ${formatCount(images)} test images right.`
  const matrix = matrixFigure({
    classes,
    shades: Array.from(shares, shadeOf),
    cell: (at) => ({ text: formatCount(confusion.counts[at]), value: confusion.counts[at]! }),
    summary,
    key: { map: 'v', low: '0 %', high: '100 % of the true class' },
  })
  return html`<div class="card">
    ${head}
    <figure>
      ${matrix}
      <figcaption>
        After epoch ${epoch + 1}: ${number(accuracy, formatPercent(accuracy))} of ${formatCount(images)} test images
        right.
      </figcaption>
    </figure>
    ${pairTable(confusion, classes, run.letter)}
  </div> `
}

function pairTable(confusion: Confusion, classes: readonly string[], letter: string): Html {
  const rows = confusedPairs(confusion)
    .slice(0, MOST_PAIRS)
    .map(({ truth, predicted, count, share }): Part[] => [
      name(classes[truth]!),
      name(classes[predicted]!),
      number(count, formatCount(count)),
      number(share, formatPercent(share)),
    ])
  if (rows.length === 0) return html`<p>No image is confused.</p>`
  const head = ['True', 'Predicted', 'Images', 'Of the class']
  return table(`Most confused pairs of ${letter}`, head, rows, ['left', 'left', 'right', 'right'])
}

/** The first run's matrix less each other one's. */
export function differenceSection(report: Report): Section | null {
  const { pairs } = report
  if (pairs.length === 0) return null
  return {
    id: 'difference',
    title: 'Confusion, one less the other',
    body: html`<p class="quiet">
        Shares of each true class subtracted, in percentage points. Blue: more in the first run; orange: more in the
        other. On the diagonal more is better, off it less.
      </p>
      ${firstOnly(report)}
      <div class="${layoutOf(report.runs)} differences">${pairs.map(({ a, b }) => differenceCard(a, b))}</div>`,
  }
}

function differenceCard(a: ReportRun, b: ReportRun): Html {
  const head = html`<h3>${letterAndName(a)} − ${letterAndName(b)}</h3>`
  const why = notSubtracted(a, b)
  if (why !== null)
    return html`<div class="card">
      ${head}
      <p>${why}</p>
    </div>`
  const [first, second] = [lastConfusion(a.made)!.confusion, lastConfusion(b.made)!.confusion]
  const { classes } = a.made.dataSet
  const values = confusionDifference(first, second, 'row')
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  const matrix = matrixFigure({
    classes,
    shades: Array.from(values, (value) => divergingShade(value, most)),
    cell: (at) => ({ text: signed(values[at]!, 'row'), value: values[at]! }),
    summary: `Confusion of ${a.letter} less ${b.letter}, in percentage points of the true class; at most ${(100 * most).toFixed(1)}.`,
    key: { map: 'd', low: signed(-most, 'row'), high: `${signed(most, 'row')} points` },
  })
  return html`<div class="card">
    ${head}
    <figure>${matrix}</figure>
    ${largestCells(values, [first, second], classes, [a.letter, b.letter])}
  </div> `
}

/** Why two matrices cannot be subtracted; null: they can. */
function notSubtracted(a: ReportRun, b: ReportRun): string | null {
  const [x, y] = [a.made.dataSet.classes, b.made.dataSet.classes]
  if (JSON.stringify(x) !== JSON.stringify(y))
    return `${a.letter} tells ${x.length} classes apart and ${b.letter} other ${y.length}: only matrices of the same classes can be subtracted.`
  const without = [a, b].find(({ made }) => lastConfusion(made) === null)
  return without ? `${without.letter} was never evaluated on its test part.` : null
}

function largestCells(
  values: Float64Array,
  [a, b]: readonly [Confusion, Confusion],
  classes: readonly string[],
  [letterA, letterB]: readonly [string, string],
): Html {
  const k = classes.length
  const cells = Array.from(values.keys())
    .filter((at) => values[at] !== 0)
    .sort((x, y) => Math.abs(values[y]!) - Math.abs(values[x]!) || x - y)
    .slice(0, MOST_PAIRS)
  if (cells.length === 0) return html`<p>Both have the same matrix.</p>`
  const rows = cells.map((at): Part[] => [
    name(classes[Math.floor(at / k)]!),
    name(classes[at % k]!),
    number(a.counts[at], formatCount(a.counts[at])),
    number(b.counts[at], formatCount(b.counts[at])),
    number(values[at], signed(values[at]!, 'row')),
  ])
  const head = ['True', 'Predicted', `Images, ${letterA}`, `Images, ${letterB}`, 'Points']
  return table(`Largest differences of ${letterA} and ${letterB}`, head, rows, [
    'left',
    'left',
    'right',
    'right',
    'right',
  ])
}
