import { signed } from '../compare/signed-words'
import { normaliseConfusion, type Confusion } from '../metrics/confusion'
import { confusionDifference } from '../metrics/confusion-difference'
import { divergingPalette, divergingStep } from './diverging'
import { formatCount, formatPercent } from './format'
import type { ChartLook } from './look'
import { matrixChart, type MatrixCell, type MatrixChart } from './matrix-chart'
import { sequentialColor } from './theme'

export { MOST_NAMED_CLASSES } from './matrix-chart'

/** The matrix, rows normalised: colour is the share of the true class, the number on each cell its images. */
export function confusionChart(confusion: Confusion, classes: readonly string[], look: ChartLook): MatrixChart {
  const shares = normaliseConfusion(confusion, 'row')
  const cells = cellsOf(shares, (at) => confusion.counts[at]!)
  const color = (share: number): string => sequentialColor(look.theme, share)
  return matrixChart(cells, classes, look, {
    color: ({ share }) => color(share),
    text: ({ v }) => String(v),
    words: ({ v, share }) => `${formatCount(v)} images, ${formatPercent(share)}`,
    scale: { color, labels: ['0 %', '50 %', '100 %'] },
  })
}

/**
 * One matrix less another, rows normalised: percentage points of the true class, white (dark: the ground) at 0.
 * @throws LabError 'bad-input' when they have different numbers of classes
 */
export function confusionDifferenceChart(
  [a, b]: readonly [Confusion, Confusion],
  classes: readonly string[],
  look: ChartLook,
): MatrixChart {
  const values = confusionDifference(a, b, 'row')
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0)
  const palette = divergingPalette(look.theme)
  const color = (value: number): string => palette[divergingStep(value, most)]!
  return matrixChart(
    cellsOf(values, (at) => values[at]!),
    classes,
    look,
    {
      color: ({ share }) => color(share),
      text: ({ share }) => signed(share, 'row'),
      words: ({ share }) => `${signed(share, 'row')} percentage points of the true class`,
      scale: {
        color: (share) => color((2 * share - 1) * most),
        labels: [signed(-most, 'row'), '0', signed(most, 'row')],
      },
    },
  )
}

const cellsOf = (shares: Float64Array, value: (at: number) => number): MatrixCell[] => {
  const k = Math.round(Math.sqrt(shares.length))
  return Array.from(shares, (share, at) => ({ x: at % k, y: Math.floor(at / k), v: value(at), share }))
}
