import { accuracyChart, type AccuracyChartData } from '../../../../shared/charts/accuracy'
import { confusionChart, confusionDifferenceChart } from '../../../../shared/charts/confusion'
import { formatPercent } from '../../../../shared/charts/format'
import type { ChartLook } from '../../../../shared/charts/look'
import { fallsFar, lossChart } from '../../../../shared/charts/loss'
import type { MatrixChart } from '../../../../shared/charts/matrix-chart'
import { publishedTestAccuracy, publishedTrace, type PublishedRecord } from '../../../../shared/experiment/published'
import { classReport, type Confusion } from '../../../../shared/metrics/confusion'
import type { RunExport } from '../data'
import { blankPicture, chartPicture, drawChart, exportLook, FONT_SIZE, type Picture, type PictureStyle } from './canvas'
import {
  accuracyByEpoch,
  authorLossByBatch,
  curveOf,
  lossByBatch,
  PAPER_SHORT,
  publishedLoss,
  publishedMeasure,
  trainByEpoch,
} from './traces'

/** Height of a line chart without notes, and of a line of notes. */
const CHART_HEIGHT = 360
const NOTE_HEIGHT = FONT_SIZE * 1.2

const chartHeight = (look: ChartLook, style: PictureStyle): number =>
  style.height ?? Math.ceil(CHART_HEIGHT + NOTE_HEIGHT * look.notes.length)

/** loss.png: every step light, the moving average dark, the published trace dashed. */
export function lossPicture(run: RunExport, style: PictureStyle, logarithmic: boolean | null): Picture {
  const steps = run.steps()
  const loss = lossByBatch(steps, run.stepsPerBatch)
  const author = authorLossByBatch(steps)
  const published = run.published && publishedLoss(run.published, loss.x[loss.x.length - 1] ?? 0)
  const data = {
    run: curveOf('this run', loss),
    afterUpdate: author && curveOf('after update', author),
    published: published && curveOf('published', published),
  }
  const each = run.stepsPerBatch > 1 ? `each optimizer step (${run.stepsPerBatch} a batch)` : 'each batch'
  const notes = [`Light: ${each}; dark: moving average.`]
  if (published && run.published) notes.push(publishedLossNote(run.published, author !== null))
  const look = exportLook(style, `${run.name}: training loss`, notes)
  const log = logarithmic ?? fallsFar(data.run.average)
  return chartPicture(lossChart(data, look, log), style.column, chartHeight(look, style), style)
}

function publishedLossNote(record: PublishedRecord, measuredAlike: boolean): string {
  const differs = publishedTrace(record.preset) === 'after-update' && !measuredAlike
  const measure = `Published: ${PAPER_SHORT}, ${publishedMeasure(record)}`
  return differs ? `${measure}; measured differently from this run’s.` : `${measure}.`
}

/** accuracy.png: train, validation and test by epoch, with the published numbers. */
export function accuracyPicture(run: RunExport, style: PictureStyle): Picture {
  const { trace: train, asAuthor } = trainByEpoch(run)
  const data: AccuracyChartData = {
    train,
    trainLabel: asAuthor ? 'train, after update' : 'train',
    validation: accuracyByEpoch(run.epochs, 'validation'),
    test: accuracyByEpoch(run.epochs, 'test'),
    published: run.published && publishedAccuracy(run.published, (run.epochs.at(-1)?.epoch ?? 0) + 1),
  }
  const notes = run.published ? [publishedAccuracyNote(run.published, asAuthor)] : []
  const look = exportLook(style, `${run.name}: accuracy`, notes)
  return chartPicture(accuracyChart(data, look), style.column, chartHeight(look, style), style)
}

function publishedAccuracyNote(record: PublishedRecord, asAuthor: boolean): string {
  const source = `Published: ${PAPER_SHORT}`
  if (publishedTrace(record.preset) !== 'after-update') return `${source}.`
  return asAuthor
    ? `${source}. Train: measured again after each update, both.`
    : `${source}. Its train accuracy is measured after each update, this run’s before it.`
}

/** The published numbers up to this run's epoch `last`; a test accuracy that came later becomes a level. */
function publishedAccuracy(record: PublishedRecord, last: number): AccuracyChartData['published'] {
  const final = publishedTestAccuracy(record)
  const end = record.epochs.at(-1)?.epoch ?? 0
  const test = record.epochs.flatMap(({ epoch, test_acc }) => (test_acc === undefined ? [] : [{ epoch, test_acc }]))
  if (!test.some(({ epoch }) => epoch === end) && final !== null) test.push({ epoch: end, test_acc: final })
  const shownTest = test.filter(({ epoch }) => epoch <= last)
  const train = record.epochs.filter(({ epoch }) => epoch <= last)
  return {
    train: { x: train.map(({ epoch }) => epoch), y: train.map(({ train_acc }) => train_acc) },
    trainLabel: 'published train',
    test: { x: shownTest.map(({ epoch }) => epoch), y: shownTest.map(({ test_acc }) => test_acc) },
    level: final !== null && end > last ? { epoch: end, accuracy: final } : null,
  }
}

/** Up to so many classes fit one column of a paper, numbers and all. */
const COLUMN_CLASSES = 12

/** Narrower, class names would leave no matrix: then its cells are no longer square. */
const LEAST_MATRIX = 12 * FONT_SIZE

/** confusion.png, its cells square: one column wide, or both for many classes; in the middle of a height that was asked for. */
export function confusionPicture(
  run: RunExport,
  { epoch, confusion }: { epoch: number; confusion: Confusion },
  style: PictureStyle,
): Picture {
  const accuracy = formatPercent(classReport(confusion).accuracy)
  const title = `${run.name}: test after epoch ${epoch + 1}, ${accuracy} right`
  return matrixPicture(run.dataSet.classes, style, title, [], (look) =>
    confusionChart(confusion, run.dataSet.classes, look),
  )
}

/** confusion-difference.png: the first run's matrix less the second's, of the same classes. */
export function differencePicture(
  runs: readonly [RunExport, RunExport],
  matrices: readonly [Confusion, Confusion],
  style: PictureStyle,
): Picture {
  const { classes } = runs[0].dataSet
  const notes = ['Percentage points of the true class; above 0: more in the first.']
  return matrixPicture(classes, style, `${runs[0].name} − ${runs[1].name}`, notes, (look) =>
    confusionDifferenceChart(matrices, classes, look),
  )
}

function matrixPicture(
  classes: readonly string[],
  style: PictureStyle,
  title: string,
  notes: readonly string[],
  draw: (look: ChartLook) => MatrixChart,
): Picture {
  const width = classes.length <= COLUMN_CLASSES ? style.column : 2 * style.column
  const chartOf = (across: number): MatrixChart => draw(exportLook(style, title, notes, across))
  // How much room the class names take is known only once drawn: a trial tells.
  const quick = { ...style, scale: 1, svg: false }
  const trial = { left: 0, top: 0, width, height: width }
  const area = drawChart(blankPicture(1, 1, quick), chartOf(width), trial, quick)
  const higher = Math.round(area.width - area.height)
  const { height } = style
  if (height === null) return chartPicture(chartOf(width), width, width + higher, style)
  const across = Math.min(width, Math.max(LEAST_MATRIX, height - higher))
  const down = Math.min(height, across + higher)
  const picture = blankPicture(width, height, style)
  const box = { left: (width - across) / 2, top: (height - down) / 2, width: across, height: down }
  drawChart(picture, chartOf(across), box, style)
  return picture
}
