import { summariseEpochs } from '../../../shared/compare/summary'
import type { PaperExperiment } from '../../../shared/contract/paper'
import type { DataSetManifest } from '../../../shared/data/dataset'
import type { PartCounts } from '../../../shared/experiment/prediction'
import { presetConfiguration, type Preset } from '../../../shared/experiment/presets'
import {
  publishedEpochSeconds,
  publishedTestAccuracy,
  type PublishedRecord,
} from '../../../shared/experiment/published'
import { modelCost } from '../../../shared/experiment/registry'
import { mutualPairs } from '../../../shared/metrics/confusion'
import { inputShape } from '../datasets/data-sets'
import { cifar100FineNames, cifar10Names } from '../datasets/readers/cifar-names'
import type { Estimator } from '../experiments/estimate'
import type { Lab } from '../lab'
import type { Run } from '../runs/runs'
import { epochViews } from '../runs/view'
import { type PaperCandidate } from './candidates'
import { matchingRuns } from './matching-run'

type Known = NonNullable<DataSetManifest['known']>

/** Most confused pairs that are set beside the published ones. */
const PAIRS = 5

const classNames: Readonly<Record<Known, readonly string[]>> = {
  mnist: [...'0123456789'],
  cifar10: cifar10Names,
  cifar100: cifar100FineNames,
}
/** Images of the public data sets as they are published. */
const published: Readonly<Record<Known, PartCounts>> = {
  mnist: { train: 60_000, validation: 0, test: 10_000 },
  cifar10: { train: 50_000, validation: 0, test: 10_000 },
  cifar100: { train: 50_000, validation: 0, test: 10_000 },
}

/**
 * A published experiment beside the runs of this lab.
 * @param preset one whose record is published, of a public data set
 */
export async function experimentView(
  lab: Lab,
  { preset, record, candidates }: { preset: Preset; record: PublishedRecord; candidates: readonly PaperCandidate[] },
  estimator: Pick<Estimator, 'estimateFor'>,
): Promise<PaperExperiment> {
  const data = preset.data!
  const runs = matchingRuns(preset.name, candidates)
  const best = runs[0]?.run ?? null
  const expected = await estimator.estimateFor(presetConfiguration(preset), preset.input, published[data])
  return {
    ...{ preset: preset.name, data, dataSet: lab.dataSets.findKnown(data)?.id ?? null },
    published: {
      ...{ parameters: record.parameters, epochs: record.epochs.length },
      trainAccuracy: record.epochs.at(-1)?.train_acc ?? null,
      testAccuracy: publishedTestAccuracy(record),
      epochSeconds: publishedEpochSeconds[preset.name] ?? null,
    },
    runs: runs.map(({ id }) => id),
    ours: best && numbersOf(lab, best),
    ...{ secondsExpected: expected.secondsTotal, expectation: expected.detail },
    pairs: pairs(lab, record, best, classNames[data]),
  }
}

function numbersOf(lab: Lab, run: Run): PaperExperiment['ours'] {
  const { epochs, trainAccuracy, testAccuracy, epochSeconds } = summariseEpochs(epochViews(lab, run))
  const input = inputShape(lab.dataSets.get(run.dataSet).manifest)
  const { parameters } = modelCost(lab.runs.configuration(run).model, input)
  return { parameters, epochs, trainAccuracy, testAccuracy, epochSeconds }
}

function pairs(
  lab: Lab,
  { confusion }: PublishedRecord,
  run: Run | null,
  known: readonly string[],
): PaperExperiment['pairs'] {
  const classes = run ? lab.dataSets.get(run.dataSet).manifest.classes : known
  const last = run && lab.store.evaluations.list(run.id).findLast(({ part }) => part === 'test')
  const matrix = last ? lab.store.evaluations.confusion(run.id, last.epoch, 'test') : null
  const ours = matrix && mutualPairs(matrix)
  return mutualPairs({ classes: confusion.length, counts: Uint32Array.from(confusion.flat()) })
    .slice(0, PAIRS)
    .map(({ a, b, count }) => ({
      ...{ a: classes[a]!, b: classes[b]!, published: count },
      ours: ours && (ours.find((pair) => pair.a === a && pair.b === b)?.count ?? 0),
    }))
}
