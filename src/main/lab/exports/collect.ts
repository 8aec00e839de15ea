import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { files } from '../datasets/cache'
import { readImages } from '../datasets/thumbnails'
import { LabError } from '../../../shared/errors'
import type { DataSetIndexEntry } from '../../../shared/data/dataset'
import { makeSteps, joinSteps, stepColumnTypes, type StepColumns } from '../../../shared/metrics/steps'
import type { DataSetRow } from '../../store/queries/data-sets'
import { inputShape } from '../datasets/data-sets'
import { modelCost } from '../../../shared/experiment/registry'
import { trainedImages } from '../../../shared/experiment/prediction'
import type { Lab } from '../lab'
import { publishedFor } from '../paper'
import type { Run } from '../runs/runs'
import type { EpochExport, ExportedDataSet, PredictionExport, RunExport } from './data'

/**
 * Everything an export needs of a run, from the store.
 * @throws LabError 'bad-input' when the run has not trained a step yet
 */
export function collectRun(lab: Lab, run: Run): RunExport {
  if (!run.engine || run.started === null)
    throw new LabError('bad-input', `Run ${run.id} has not begun to train.`, `Train it: hrm-lab resume ${run.id}.`)
  const configuration = lab.runs.configuration(run)
  const dataSet = lab.dataSets.get(run.dataSet)
  const { manifest } = dataSet
  const { model, training } = configuration
  const trained = trainedImages(training, manifest.parts.train.count)
  const batchesPerEpoch = Math.ceil(trained / training.batch)
  return {
    id: run.id,
    name: run.name,
    state: run.state,
    configuration,
    dataSet: exportedDataSet(dataSet),
    engine: run.engine,
    made: {
      labVersion: run.labVersion,
      gitCommit: run.gitCommit,
      startedAt: new Date(run.started).toISOString(),
      finishedAt: run.ended === null ? null : new Date(run.ended).toISOString(),
    },
    parameters: modelCost(model, inputShape(manifest)).parameters,
    stepsPerBatch: 'segmentsTrain' in model ? model.segmentsTrain : 1,
    batchesPerEpoch,
    steps: () => allSteps(lab, run),
    epochs: epochs(lab, run, { trained, batch: training.batch }),
    predictions: predictions(lab, run, dataSet),
    image: (id) => readImages(lab.dataSets.folder(dataSet), manifest, [id]),
    published: publishedFor(configuration.preset, dataSet),
    weights: lab.runs.lastCheckpoint(run),
  }
}

function exportedDataSet({ name, hash, manifest }: DataSetRow): ExportedDataSet {
  const { height, width, channels, classes, parts, mean, std } = manifest
  const images = { train: parts.train.count, validation: parts.validation.count, test: parts.test.count }
  return { name, hash, height, width, channels, classes, images, mean, std }
}

function allSteps(lab: Lab, run: Run): StepColumns {
  const blocks = [...lab.store.steps.blocks(run.id)]
  return blocks.length > 0 ? joinSteps(blocks) : makeSteps(0, (name) => new stepColumnTypes[name](0))
}

function epochs(lab: Lab, run: Run, sizes: { trained: number; batch: number }): EpochExport[] {
  const evaluations = lab.store.evaluations.list(run.id)
  const author = authorMeans(lab, run, sizes)
  return lab.store.epochs.list(run.id).map((row) => ({
    ...row,
    authorLoss: author.get(row.epoch)?.loss ?? null,
    authorAccuracy: author.get(row.epoch)?.accuracy ?? null,
    evaluations: evaluations
      .filter(({ epoch }) => epoch === row.epoch)
      .map((evaluation) => ({
        ...evaluation,
        confusion: lab.store.evaluations.confusion(run.id, row.epoch, evaluation.part),
      })),
  }))
}

/** Means of the author's extra pass by epoch, each batch weighted by its images; empty when it was off. */
function authorMeans(lab: Lab, run: Run, { trained, batch }: { trained: number; batch: number }) {
  const sums = new Map<number, { images: number; loss: number; accuracy: number }>()
  const batchesPerEpoch = Math.ceil(trained / batch)
  for (const steps of lab.store.steps.blocks(run.id))
    for (let i = 0; i < steps.loss.length; i++) {
      const [loss, accuracy] = [steps.authorLoss[i]!, steps.authorAccuracy[i]!]
      if (Number.isNaN(loss)) continue
      const lastOfEpoch = (steps.batch[i]! + 1) % batchesPerEpoch === 0
      const images = lastOfEpoch ? trained - (batchesPerEpoch - 1) * batch : batch
      const sum = sums.get(steps.epoch[i]!) ?? { images: 0, loss: 0, accuracy: 0 }
      sums.set(steps.epoch[i]!, {
        images: sum.images + images,
        loss: sum.loss + images * loss,
        accuracy: sum.accuracy + images * accuracy,
      })
    }
  return new Map(
    [...sums].map(([epoch, { images, loss, accuracy }]) => [
      epoch,
      { loss: loss / images, accuracy: accuracy / images },
    ]),
  )
}

function predictions(lab: Lab, run: Run, dataSet: DataSetRow): PredictionExport | null {
  const last = lab.store.evaluations.list(run.id).findLast(({ part }) => part === 'test')
  const kept = last && lab.store.evaluations.predictions(run.id, last.epoch, 'test')
  if (!kept) return null
  const { offset, count } = dataSet.manifest.parts.test
  const probabilities = lab.store.evaluations.probabilities(run.id, 'test')
  let index: DataSetIndexEntry[] | null = null
  return {
    epoch: last.epoch,
    ids: Uint32Array.from({ length: count }, (_, i) => offset + i),
    sourceName: (id) => {
      index ??= JSON.parse(readFileSync(join(lab.dataSets.folder(dataSet), files.index), 'utf8')) as DataSetIndexEntry[]
      return index[id]?.name ?? ''
    },
    labels: lab.dataSets.labels(dataSet, 'test'),
    ...kept,
    probabilities: probabilities?.epoch === last.epoch ? probabilities.probabilities : null,
  }
}
