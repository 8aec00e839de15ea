import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { loadBackend } from '../backends/load'
import { type Tensor2D, tf } from '../backends/tf'
import { BatchMaker } from '../data/batches'
import { openDataSet } from '../data/open'
import { createEagerLearner } from '../models/registry'
import { relativeError } from '../testing'
import { temporaryFolder, tinyInput, writeDataSet } from '../testing/data-set'
import { writeSafetensors } from '../training/safetensors'
import { inspectImage, scoreSegments } from './requests'

beforeAll(async () => {
  await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 1 })
})

it.each(['testing-hrm', 'testing-hrm-stem', 'testing-cnn'])(
  '%s is seen to answer as it is evaluated, on native TensorFlow, with a constant number of tensors',
  (name) => {
    const dataSetFolder = writeDataSet({ train: 8, validation: 0, test: 6 })
    const configuration = presetConfiguration(presets.find((preset) => preset.name === name)!)
    const learner = createEagerLearner(configuration, tinyInput)
    const weights = join(temporaryFolder(), 'weights.safetensors')
    writeSafetensors(weights, learner.exportWeights(), {})
    const batch = new BatchMaker(openDataSet(dataSetFolder)).make(Uint32Array.of(8, 9, 10, 11, 12, 13))
    const { probabilities, lossSum } = learner.predictBatch(batch.images, batch.labels)
    const looked = { weights, configuration, dataSetFolder, segments: 16 }
    const before = tf.memory().numTensors

    const inside = inspectImage({ kind: 'inspect', ...looked, image: { part: 'test', index: 2 } })
    const from = inside.kind === 'recurrence' ? (inside.answer - 1) * 4 : 0
    const expected = probabilities.subarray(8, 12)
    expect(relativeError(inside.probabilities.subarray(from, from + 4), expected)).toBeLessThan(1e-4)
    if (inside.kind === 'class-map') {
      const logits = tf.tidy(() => tf.mean(tf.tensor(inside.maps, [4, 4]), 1).dataSync<'float32'>())
      const softmax = tf.tidy(() => tf.softmax(tf.tensor(logits, [1, 4]) as Tensor2D).dataSync<'float32'>())
      expect(relativeError(softmax, expected)).toBeLessThan(1e-4)
    } else {
      const images = Uint32Array.of(0, 1, 2, 3, 4, 5)
      const { loss } = scoreSegments({ kind: 'score-segments', ...looked, part: 'test', images })
      expect(Math.abs(loss[inside.answer - 1]! - lossSum)).toBeLessThan(1e-4 * lossSum)
    }
    expect(tf.memory().numTensors).toBe(before)
  },
)
