import { LabError } from '../../src/shared/errors'
import type { Preset } from '../../src/shared/experiment/presets'

/** A preset's model and its training as settings.py takes them. @throws LabError for a model that the peers do not have */
export function peerSettings({ name, model, training, input }: Preset): object {
  if (model.family !== 'hrm' && model.family !== 'cnn')
    throw new LabError('bad-input', `The peers have no model of ${name}.`, 'They have hrm and cnn.')
  const { weightDecay, clipNorm, labelSmoothing } = training
  const { height: imageSize, channels, classes } = input
  return { ...model, model: model.family, imageSize, channels, classes, weightDecay, clipNorm, labelSmoothing }
}
