import { beforeAll, describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { loadBackend } from '../backends/load'
import { type Tensor1D, type Tensor4D, tf } from '../backends/tf'
import { createEagerLearner } from '../models/registry'
import { randomTensors } from '../testing'
import type { ModelLearner } from './model-learner'

beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
})

const names = ['testing-hrm', 'testing-hrm-stem', 'testing-cnn']
const input = presets.find(({ name }) => name === 'testing-hrm')!.input

/** A testing preset with some of its model's fields changed. */
function configure(name: string, model: Record<string, unknown> = {}): Configuration {
  const configuration = presetConfiguration(presets.find((preset) => preset.name === name)!)
  return { ...configuration, model: { ...configuration.model, ...model } as Configuration['model'] }
}

/** B images whose label is their brightest quarter: something to learn. */
function batch(B: number): { images: Tensor4D; labels: Tensor1D } {
  const labels = Array.from({ length: B }, (_, i) => i % 4)
  const images = tf.tidy(() => {
    const noise = randomTensors(5)(B, 8, 8, 1)
    const quarter = tf.reshape(tf.oneHot(tf.tensor1d(labels, 'int32'), 4), [B, 2, 1, 2, 1, 1])
    const spread = tf.tile(tf.cast(quarter, 'float32'), [1, 1, 4, 1, 4, 1])
    return tf.add(tf.reshape(spread, [B, 8, 8, 1]), tf.mul(0.1, noise)) as Tensor4D
  })
  return { images, labels: tf.tensor1d(labels, 'int32') }
}

const rate = (): number => 3e-3
const train = (learner: ModelLearner, steps: number, { images, labels } = batch(8)) =>
  Array.from({ length: steps }, () => [...learner.trainSegments(images, labels, rate)]).flat()

describe.each(names)('%s', (name) => {
  it('learns', () => {
    const learner = createEagerLearner(configure(name), input)
    const results = train(learner, 12)
    expect(results).toHaveLength(12 * learner.stepsPerBatch)
    expect(results.at(-1)!.loss).toBeLessThan(0.6 * results[0]!.loss)
    for (const { gradientNorm, correct } of results) {
      expect(gradientNorm).toBeGreaterThan(0)
      expect(Number.isInteger(correct) && correct >= 0 && correct <= 8).toBe(true)
    }
    learner.dispose()
  })

  it('predicts probabilities and the loss without smoothing', () => {
    const learner = createEagerLearner(configure(name), input)
    const { images, labels } = batch(3)
    const { probabilities, lossSum } = learner.predictBatch(images, labels)
    const own = [0, 1, 2].map((i) => -Math.log(probabilities[4 * i + i]!)).reduce((a, b) => a + b)
    expect(probabilities).toHaveLength(12)
    expect(lossSum).toBeCloseTo(own, 4)
    expect(learner.predictBatch(images, null)).toEqual({ probabilities, lossSum: 0 })
    learner.dispose()
  })

  it('goes on with the same bits from exported weights and moments', () => {
    const data = batch(5)
    const [whole, first, second] = [0, 1, 2].map(() => createEagerLearner(configure(name), input)) as [
      ModelLearner,
      ModelLearner,
      ModelLearner,
    ]
    const expected = train(whole, 4, data)
    const begun = train(first, 2, data)
    second.importWeights(first.exportWeights())
    second.importOptimizer(first.exportOptimizer())
    expect([...begun, ...train(second, 2, data)]).toEqual(expected)
    expect(second.exportWeights()).toEqual(whole.exportWeights())
    expect(second.exportOptimizer()).toEqual(whole.exportOptimizer())
    for (const learner of [whole, first, second]) learner.dispose()
  })

  it('leaves no tensor behind', () => {
    const { images, labels } = batch(4)
    const empty = tf.memory().numTensors
    const learner = createEagerLearner(configure(name), input)
    const before = tf.memory().numTensors
    train(learner, 2, { images, labels })
    learner.predictBatch(images, labels)
    learner.importWeights(learner.exportWeights())
    learner.importOptimizer(learner.exportOptimizer())
    expect(tf.memory().numTensors).toBe(before)
    learner.dispose()
    expect(tf.memory().numTensors).toBe(empty)
  })

  it('draws the same first weights from the same seed, others from another', () => {
    const configuration = configure(name)
    const other = { ...configuration, training: { ...configuration.training, seed: 43 } }
    const [a, b, c] = [configuration, configuration, other].map((it) => createEagerLearner(it, input).exportWeights())
    expect(a).toEqual(b)
    expect(a).not.toEqual(c)
  })
})

describe('weights that do not fit', () => {
  const learner = () => createEagerLearner(configure('testing-hrm'), input)

  it.each<[string, (tensors: ReturnType<ModelLearner['exportWeights']>) => typeof tensors, RegExp]>([
    ['a missing tensor', (tensors) => tensors.filter(({ name }) => name !== 'head'), /no tensor head \[16, 4\]/],
    ['an extra tensor', (tensors) => [...tensors, { ...tensors[0]!, name: 'tail' }], /a tensor tail/],
    [
      'another shape',
      (tensors) => tensors.map((t) => (t.name === 'head' ? { ...t, shape: [4, 16] } : t)),
      /head of these weights has the shape \[4, 16\]/,
    ],
  ])('are refused: %s', (_, change, reason) => {
    const fresh = learner()
    const before = fresh.exportWeights()
    const attempt = () => fresh.importWeights(change(fresh.exportWeights()))
    expect(attempt).toThrow(LabError)
    expect(attempt).toThrow(reason)
    expect(fresh.exportWeights()).toEqual(before)
  })
})

it('exports the names and shapes of the vectors’ README', () => {
  const shapes = Object.fromEntries(
    createEagerLearner(configure('testing-hrm'), input)
      .exportWeights()
      .map(({ name, shape }) => [name, shape]),
  )
  expect(shapes).toMatchObject({
    'embed.proj': [16, 16],
    'embed.cls': [1, 1, 16],
    'low.0.attention.qkv': [16, 48],
    'high.0.mlp.up': [16, 128],
    'high.0.mlp.down': [64, 16],
    'low.0.norm1.scale': [16],
    head: [16, 4],
    'z0.high': [1, 5, 16],
    'z0.low': [1, 5, 16],
  })
})

describe('dropout', () => {
  it('drops in training, a function of seed and step, and never in evaluation', () => {
    const { images, labels } = batch(8)
    const [plain, dropping, again] = [0, 0.5, 0.5].map((dropout) =>
      createEagerLearner(configure('testing-cnn', { dropout }), input),
    ) as [ModelLearner, ModelLearner, ModelLearner]
    expect(dropping.predictBatch(images, labels)).toEqual(plain.predictBatch(images, labels))
    const losses = train(dropping, 3, { images, labels })
    expect(losses[0]).not.toEqual(train(plain, 1, { images, labels })[0])
    expect(train(again, 3, { images, labels })).toEqual(losses)
  })
})

describe('ACT head', () => {
  it('is there and trained when asked for', () => {
    const { images, labels } = batch(8)
    const [plain, act] = [false, true].map((act) => createEagerLearner(configure('testing-hrm', { act }), input)) as [
      ModelLearner,
      ModelLearner,
    ]
    expect(act.parameters).toBe(plain.parameters + 2 * 16)
    const head = (): Float32Array => act.exportWeights().find(({ name }) => name === 'act')!.data
    const before = head()
    const [first] = train(act, 6, { images, labels })
    expect(first!.loss).toBeGreaterThan(0)
    expect(head()).not.toEqual(before)
  })

  it('leaves no tensor behind', () => {
    const { images, labels } = batch(4)
    const learner = createEagerLearner(configure('testing-hrm', { act: true }), input)
    const before = tf.memory().numTensors
    train(learner, 1, { images, labels })
    learner.predictBatch(images, labels)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('decides in evaluation: certain to halt, the first segment’s prediction counts', () => {
    const { images } = batch(4)
    const learner = createEagerLearner(configure('testing-hrm', { act: true, segmentsEval: 3 }), input)
    train(learner, 1)
    const perSegment: Float32Array[] = []
    const predict = () =>
      learner.predictBatch(images, null, (_, { logits }) => {
        perSegment.push(
          tf
            .tidy(() => tf.softmax(logits))
            .dataSync<'float32'>()
            .slice(),
        )
      }).probabilities
    // The head reads CLS after RMSNorm; setting halt's and continue's columns to opposite signs of one weight makes
    // the choice depend on one number of it, so both ways are seen by flipping the sign.
    const halts = (sign: number) =>
      learner.importWeights(
        learner.exportWeights().map((tensor) => {
          if (tensor.name !== 'act') return tensor
          const data = new Float32Array(32)
          data[0] = sign
          data[1] = -sign
          return { ...tensor, data }
        }),
      )
    halts(1)
    const one = predict()
    halts(-1)
    const other = predict()
    const [first, , third] = perSegment as [Float32Array, Float32Array, Float32Array]
    for (let i = 0; i < 4; i++) {
      const row = (values: Float32Array) => [...values.subarray(4 * i, 4 * i + 4)]
      // Whichever sign halts an image at once gives its first segment's prediction.
      expect([row(one), row(other)]).toContainEqual(row(first))
    }
    expect(first).not.toEqual(third)
  })
})
