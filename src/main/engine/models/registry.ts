import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import type { ExecutionMode } from '../../../shared/experiment/engine-info'
import type { InputShape } from '../../../shared/experiment/family'
import { checkModel, type FamilyName, mixesImages, type ModelConfiguration } from '../../../shared/experiment/registry'
import { onGpu } from '../backends/native-ops'
import { keptRecordingsOf } from '../capture/kept-recordings'
import { GraphLearner, type GraphOptions } from '../training/graph-learner'
import type { Learner } from '../training/learner'
import { ModelLearner } from '../training/model-learner'
import { cnn } from './cnn'
import { hrm } from './hrm'
import { hrmStem } from './hrm-stem'
import type { Model } from './model'

type Builders = {
  [F in FamilyName]: (model: Extract<ModelConfiguration, { family: F }>, input: InputShape) => Model
}

/** Tensor code of every family in shared/experiment/registry. A variant adds its line here. */
export const builders: Builders = {
  hrm,
  'hrm-stem': hrmStem,
  cnn,
}

/**
 * Builds the model of a configuration for images of `input`.
 * @throws LabError when a rule between its fields, or between it and the images, is broken
 */
export function buildModel(model: ModelConfiguration, input: InputShape): Model {
  const [broken] = checkModel(model, input)
  if (broken)
    throw new LabError('bad-input', `This model cannot be built: ${broken.rule}.`, `Change ${broken.path.join('.')}.`)
  const build = builders[model.family] as (model: ModelConfiguration, input: InputShape) => Model
  return build(model, input)
}

/**
 * A learner that runs `mode`, with its first weights drawn from the configuration's seed.
 * @param lanes micro-batches that the engine's threads compute side by side, where the model's images can be parted
 * @throws LabError as {@link buildModel}
 */
export function createLearner(
  { model, training }: Configuration,
  input: InputShape,
  mode: ExecutionMode,
  lanes = 1,
): Learner {
  if (mode === 'eager') return new ModelLearner(buildModel(model, input), training, input.classes)
  return new GraphLearner(buildModel(model, input), training, input, {
    ...graphOptions(model, mode, lanes),
    kept: keptFunctions(model, training, input),
  })
}

/** How a model's graphs are run. */
export const graphOptions = (model: ModelConfiguration, mode: ExecutionMode, lanes: number): GraphOptions => ({
  xla: mode === 'xla',
  lanes: mode === 'graph' && !mixesImages(model) ? lanes : 1,
  wholeBatches: onGpu(),
})

/** Of a training, a recording depends on these numbers only: what else there is comes to it as an input. */
const keptFunctions = (
  model: ModelConfiguration,
  { labelSmoothing, weightDecay, clipNorm }: Configuration['training'],
  input: InputShape,
): ReturnType<typeof keptRecordingsOf> => keptRecordingsOf({ model, input, labelSmoothing, weightDecay, clipNorm })

/** A learner that runs operation by operation. @throws LabError as {@link buildModel} */
export const createEagerLearner = ({ model, training }: Configuration, input: InputShape): ModelLearner =>
  new ModelLearner(buildModel(model, input), training, input.classes)
