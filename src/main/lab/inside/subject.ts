import { basename } from 'node:path'
import type { DataSetManifest } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import { insideOf } from '../../../shared/experiment/registry'
import type { DataSetRow } from '../../store/queries/data-sets'
import type { Lab } from '../lab'
import type { Run } from '../runs/runs'

/** A run to look into: its last weights, and what they were trained on. */
export interface Subject {
  readonly run: Run
  readonly dataSet: DataSetRow
  readonly manifest: DataSetManifest
  /** For the engine. */
  readonly looked: { readonly weights: string; readonly configuration: Configuration; readonly dataSetFolder: string }
  /** File name of the weights, and how far the run was. */
  readonly checkpoint: { readonly file: string; readonly step: number; readonly epoch: number }
}

/** @throws LabError 'not-found' when there is no such run or it has no checkpoint, 'bad-input' when its model shows nothing */
export function subject(lab: Lab, id: string): Subject {
  const run = lab.store.runs.get(id)
  const configuration = lab.runs.configuration(run)
  const { family } = configuration.model
  if (insideOf(family) === 'nothing')
    throw new LabError('bad-input', `Models of the family ${family} show nothing of their inside.`)
  const weights = lab.runs.weights(run)
  const file = basename(weights)
  const { step, epoch } = lab.store.checkpoints.list(run.id).find((checkpoint) => checkpoint.file === file)!
  const dataSet = lab.dataSets.get(run.dataSet)
  const looked = { weights, configuration, dataSetFolder: lab.dataSets.folder(dataSet) }
  return { run, dataSet, manifest: dataSet.manifest, looked, checkpoint: { file, step, epoch } }
}

/** M in training and in evaluation, of a model that goes through segments. @throws LabError 'bad-input' for one that does not */
export function segmentsOf({ looked, run }: Subject): { readonly trained: number; readonly evaluated: number } {
  const { model } = looked.configuration
  if ('segmentsTrain' in model) return { trained: model.segmentsTrain, evaluated: model.segmentsEval }
  throw new LabError('bad-input', `Run ${run.id} has a ${model.family}: it answers at once, not segment by segment.`)
}
