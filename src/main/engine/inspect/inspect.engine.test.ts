import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import type { Configuration } from '../../../shared/experiment/configuration'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { loadBackend } from '../backends/load'
import { type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import { BatchMaker } from '../data/batches'
import { openDataSet } from '../data/open'
import { buildModel, createEagerLearner } from '../models/registry'
import { randomTensors, relativeError } from '../testing'
import { temporaryFolder, tinyInput, writeDataSet } from '../testing/data-set'
import { writeSafetensors } from '../training/safetensors'
import { FrozenModel } from './frozen-model'
import { Inspector } from './inspector'

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

    const inspector = new Inspector()
    const inside = inspector.inspectImage({ kind: 'inspect', ...looked, image: { part: 'test', index: 2 } })
    const from = inside.kind === 'recurrence' ? (inside.answer - 1) * 4 : 0
    const expected = probabilities.subarray(8, 12)
    expect(relativeError(inside.probabilities.subarray(from, from + 4), expected)).toBeLessThan(1e-4)
    if (inside.kind === 'class-map') {
      const logits = tf.tidy(() => tf.mean(tf.tensor(inside.maps, [4, 4]), 1).dataSync<'float32'>())
      const softmax = tf.tidy(() => tf.softmax(tf.tensor(logits, [1, 4]) as Tensor2D).dataSync<'float32'>())
      expect(relativeError(softmax, expected)).toBeLessThan(1e-4)
    } else {
      const images = Uint32Array.of(0, 1, 2, 3, 4, 5)
      const { loss } = inspector.scoreSegments({ kind: 'score-segments', ...looked, part: 'test', images })
      expect(Math.abs(loss[inside.answer - 1]! - lossSum)).toBeLessThan(1e-4 * lossSum)
    }
    inspector.dispose()
    expect(tf.memory().numTensors).toBe(before)
  },
)

it.each([
  ['testing-hrm', { layersPerModule: 2 }],
  ['testing-hrm', { act: true }],
  ['testing-hrm-stem', {}],
] as const)(
  '%s %o is seen as a graph as it is operation by operation, with one weight and then another',
  (name, change) => {
    const made = presetConfiguration(presets.find((preset) => preset.name === name)!)
    const configuration = { ...made, model: { ...made.model, ...change } } as Configuration
    const weights = createEagerLearner(configuration, tinyInput).exportWeights()
    const [graph, eager] = [true, false].map(
      (recorded) => new FrozenModel(buildModel(configuration.model, tinyInput), tinyInput, { recorded }),
    )
    const images = randomTensors(3)(2, 8, 8, 1) as Tensor4D
    const seen = (frozen: FrozenModel, look: 'segment' | 'look'): number[][] => {
      const all: number[][] = []
      frozen.run(look, images, 3, (_, tensors) => all.push(...tensors.map((tensor) => [...tensor.dataSync()])))
      return all
    }
    for (const by of [1, 0.9]) {
      const scaled = weights.map((tensor) => ({ ...tensor, data: tensor.data.map((x) => x * by) }))
      for (const frozen of [graph!, eager!]) frozen.setWeights(scaled)
      for (const look of ['segment', 'look'] as const) {
        const expected = seen(eager!, look)
        const found = seen(graph!, look)
        expect(found).toHaveLength(expected.length)
        found.forEach((values, i) => expect(relativeError(values, expected[i]!)).toBeLessThan(1e-4))
      }
    }
  },
)
