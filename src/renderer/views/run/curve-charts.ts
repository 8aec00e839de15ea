import { formatCount, formatLoss, formatPercent, formatTick } from '../../../shared/charts/format'
import type { ChartLook } from '../../../shared/charts/look'
import { countsSteps, stepsPerUnit } from '../../../shared/metrics/step-axis'
import { percentTick, type CurveChart } from '../../components/charts/curve-chart'
import { epochPlaces, type CurveSet, type Point } from '../../state/curve-points'
import type { PublishedView, RunDetailView } from '../../state/run-detail.svelte'
import {
  bestMark,
  epochLine,
  publishedEpochLine,
  publishedLine,
  valueLines,
  type CurveLine,
  type FindCurve,
} from '../../components/charts/curve-lines'

/** What the charts are made from. */
export interface ChartSources {
  readonly find: FindCurve
  readonly look: ChartLook
  readonly authorLoss: boolean
  /** The published trace as it is drawn now; null: none, or it has no place on this axis. */
  readonly publishedLoss: { readonly raw: readonly Point[]; readonly smooth: readonly Point[] } | null
  readonly epochs: EpochPoints
}

const MIB = 2 ** 20
const GIB = 2 ** 30
/** What memory is counted in. */
const memoryUnit = (high: number): number => (high < GIB ? MIB : GIB)
const memoryText = (value: number): string =>
  value < GIB ? `${formatCount(value / MIB)} MiB` : `${(value / GIB).toFixed(3)} GiB`
const memoryTick = (value: number): string => memoryText(value).replace(/\.?0+ /, ' ')
const rateText = (value: number): string => formatTick(Number(value.toPrecision(4)))

/** All charts of a run, the loss first. */
export function curveCharts(sources: ChartSources): CurveChart[] {
  const { find, look } = sources
  const step = { fromZero: false, empty: 'No step was recorded yet.' }
  return [
    {
      key: 'loss',
      title: 'Loss',
      ...step,
      ...lossParts(sources),
      mayBeLog: true,
      format: formatLoss,
      tick: formatTick,
    },
    accuracyChart(sources),
    {
      ...{ key: 'learningRate', title: 'Learning rate', ...step, curves: ['learningRate'], mayBeLog: false },
      ...{ lines: valueLines(find, 'learningRate', look), format: formatLoss, tick: formatTick },
    },
    {
      ...{ key: 'gradientNorm', title: 'Gradient norm', ...step, curves: ['gradientNorm'], mayBeLog: true },
      lines: valueLines(find, 'gradientNorm', look, { average: 'average' }),
      ...{ format: formatLoss, tick: formatTick },
    },
    {
      ...{ key: 'imagesPerSecond', title: 'Images a second', ...step, curves: ['imagesPerSecond'], mayBeLog: false },
      lines: valueLines(find, 'imagesPerSecond', look, { average: 'average' }),
      ...{ fromZero: true, format: rateText, tick: formatTick },
    },
    {
      ...{ key: 'residentBytes', title: 'Memory of the engine', ...step, curves: ['residentBytes'], mayBeLog: false },
      lines: valueLines(find, 'residentBytes', look, { raw: 'resident' }),
      ...{ format: memoryText, tick: memoryTick, tickUnit: memoryUnit },
      empty: 'No memory was recorded.',
    },
  ]
}

/** Hidden until a person asks for it: two clouds of values over each other are hard to read. */
export const PUBLISHED_VALUES = 'loss.published.raw'

function lossParts({ find, look, authorLoss, publishedLoss }: ChartSources): Pick<CurveChart, 'curves' | 'lines'> {
  const lines = [...valueLines(find, 'loss', look, { average: 'this run' })]
  if (authorLoss) {
    const words = { index: 2, average: 'after the update', raw: 'each batch', key: 'loss.author' }
    lines.push(...valueLines(find, 'authorLoss', look, words))
  }
  if (publishedLoss) {
    lines.push(publishedLine('loss.published', 'published', publishedLoss.smooth, look))
    lines.push(publishedLine(PUBLISHED_VALUES, 'published, each batch', publishedLoss.raw, look, true))
  }
  return { curves: authorLoss ? ['loss', 'authorLoss'] : ['loss'], lines }
}

function accuracyChart({ look, epochs }: ChartSources): CurveChart {
  const lines: CurveLine[] = []
  const { test, validation, train, best, published } = epochs
  if (test.length > 0) lines.push(epochLine('accuracy.test', 'test', test, look, { index: 0, shape: 'circle' }))
  if (validation.length > 0)
    lines.push(epochLine('accuracy.validation', 'validation', validation, look, { index: 2, shape: 'triangle' }))
  if (train.length > 0) lines.push(epochLine('accuracy.train', 'train', train, look, { index: 1, shape: 'rect' }))
  if (best) lines.push(bestMark(best.label, best.point, look))
  if (published && published.test.length > 0)
    lines.push(
      publishedEpochLine('accuracy.publishedTest', 'published test', published.test, look, {
        index: 0,
        shape: 'circle',
      }),
    )
  if (published && published.train.length > 0)
    lines.push(
      publishedEpochLine('accuracy.publishedTrain', 'published train', published.train, look, {
        ...{ index: 1, shape: 'rect' },
      }),
    )
  return {
    ...{ key: 'accuracy', title: 'Accuracy', curves: [], lines, mayBeLog: false, fromZero: false },
    ...{ format: formatPercent, tick: percentTick, empty: 'No epoch has ended yet.' },
  }
}

/** Accuracies by epoch, at their places on the axis. */
export interface EpochPoints {
  readonly train: readonly Point[]
  readonly validation: readonly Point[]
  readonly test: readonly Point[]
  readonly best: { readonly label: string; readonly point: Point } | null
  readonly published: { readonly train: readonly Point[]; readonly test: readonly Point[] } | null
}

export const noEpochs: EpochPoints = { train: [], validation: [], test: [], best: null, published: null }

/** Places every epoch's accuracies on the axis of the curves; what has no place there is left out. */
export function epochPoints(
  { epochs, run }: Pick<RunDetailView, 'epochs' | 'run'>,
  published: PublishedView | null,
  set: CurveSet,
): EpochPoints {
  const place = epochPlaces(set)
  const points = (of: (epoch: RunDetailView['epochs'][number]) => number | null | undefined): Point[] =>
    epochs.flatMap((epoch) => pointAt(place(epoch.epoch), of(epoch)))
  const ofPart = (part: string) =>
    points(({ evaluations }) => evaluations.find((evaluation) => evaluation.part === part)?.accuracy)
  const { best } = run
  const bestAt = best && place(best.epoch)
  return {
    train: points(({ trainAccuracy }) => trainAccuracy),
    validation: ofPart('validation'),
    test: ofPart('test'),
    best:
      best && bestAt !== null
        ? {
            label: `best ${best.part} ${formatPercent(best.value)}, epoch ${formatCount(best.epoch)}`,
            point: { x: bestAt, y: best.value },
          }
        : null,
    published: published && publishedEpochs(published, set),
  }
}

const pointAt = (x: number | null, y: number | null | undefined): Point[] =>
  x === null || y === null || y === undefined ? [] : [{ x, y }]

/** The published accuracies, at the end of as many batches of the author's; nothing on an axis of time. */
function publishedEpochs(published: PublishedView, set: CurveSet): EpochPoints['published'] {
  const places = epochUnits(published, set)
  if (places === null) return null
  const end = published.epochs.at(-1)?.epoch ?? 0
  return {
    train: published.epochs.map(({ epoch, trainAccuracy }) => ({ x: epoch * places, y: trainAccuracy })),
    test: published.epochs.flatMap(({ epoch, testAccuracy }) =>
      pointAt(epoch * places, testAccuracy ?? (epoch === end ? published.testAccuracy : null)),
    ),
  }
}

/** Units of the axis that one of the author's epochs takes; null on an axis of time. */
function epochUnits(published: PublishedView, { question: { axis }, shape }: CurveSet): number | null {
  if (!countsSteps(axis)) return null
  return (
    (publishedBatchesPerEpoch(published) * shape.stepsPerBatch) / stepsPerUnit(axis, publishedShape(published, shape))
  )
}

const publishedBatchesPerEpoch = ({ batchLoss, epochs }: PublishedView): number =>
  Math.max(1, Math.round(batchLoss.length / Math.max(1, epochs.length)))

/** The author's run in the steps of this one. */
export const publishedShape = (published: PublishedView, shape: CurveSet['shape']): CurveSet['shape'] => ({
  ...shape,
  batchesPerEpoch: publishedBatchesPerEpoch(published),
})

/** Whether the published losses can be compared with this run's, in words. */
export function publishedMeasure({ measured }: PublishedView, authorLoss: boolean): string {
  if (measured === 'forward') return 'measured in the same way'
  if (measured === 'segment-mean') return 'measured in the same way, as the mean over a batch’s segments'
  return authorLoss
    ? 'measured again after each update, as “after the update” is'
    : 'measured in another way: again after each update, this run’s before it'
}
