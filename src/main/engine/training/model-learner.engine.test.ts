import { beforeAll, expect, it } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { loadBackend } from '../backends/load'
import { type Tensor4D, tf } from '../backends/tf'
import { createEagerLearner } from '../models/registry'
import { randomTensors } from '../testing'

beforeAll(async () => {
  const info = await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2 })
  expect(info).toMatchObject({ backend: 'tensorflow', threads: 2 })
  expect(info.tensorflow).toMatch(/^2\./)
  // One tfjs-core: the native backend is of the class that the engine's own copy knows.
  expect(tf.backend()).toBeInstanceOf(tf.KernelBackend)
})

it.each(['testing-hrm', 'testing-hrm-stem', 'testing-cnn'])(
  '%s keeps the number of tensors constant over 200 steps and an evaluation',
  (name) => {
    const preset = presets.find((preset) => preset.name === name)!
    const learner = createEagerLearner(presetConfiguration(preset), preset.input)
    const images = randomTensors(1)(6, 8, 8, 1) as Tensor4D
    const labels = tf.tensor1d([0, 1, 2, 3, 0, 1], 'int32')
    const before = tf.memory().numTensors
    for (let step = 0; step < 200; step += learner.stepsPerBatch) {
      Array.from(learner.trainSegments(images, labels, () => 1e-3))
      expect(tf.memory().numTensors).toBe(before)
    }
    const { probabilities } = learner.predictBatch(images, labels)
    expect(probabilities).toHaveLength(24)
    expect(tf.memory().numTensors).toBe(before)
  },
)
