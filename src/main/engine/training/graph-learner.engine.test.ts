import { beforeAll, describe, expect, it } from 'vitest'
import { bfloat16Problem } from '../../../../scripts/engine-setup/bfloat16.mjs'
import { engineBinding } from '../../../../tests/engine-binding'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import type { Configuration } from '../../../shared/experiment/configuration'
import { loadBackend } from '../backends/load'
import { type Tensor1D, type Tensor4D, tf } from '../backends/tf'
import { buildModel, createLearner } from '../models/registry'
import { randomTensors, relativeError } from '../testing'
import { GraphLearner } from './graph-learner'
import type { Learner, SegmentResult } from './learner'

/** Images of the batches of a training, in turn: whole ones and an odd last one. XLA compiles each size for long: one will do. */
const SIZES = { graph: [6, 6, 5], xla: [6, 6, 6] }
const BATCHES = 25

beforeAll(async () => {
  await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2 })
})

const presetOf = (name: string) => presets.find((preset) => preset.name === name)!

function configure(name: string, change: object = {}): Configuration {
  const configuration = presetConfiguration(presetOf(name))
  return { ...configuration, model: { ...configuration.model, ...change } as Configuration['model'] }
}

interface Trained {
  readonly steps: readonly SegmentResult[]
  readonly probabilities: Float32Array
  readonly weights: ReturnType<Learner['exportWeights']>
}

function train(learner: Learner, sizes: readonly number[], from = 0, to = BATCHES): Trained {
  const { height, width, channels, classes } = presetOf('testing-hrm').input
  const random = randomTensors(7)
  const batches = sizes.map((size) => ({
    images: random(size, height, width, channels) as Tensor4D,
    labels: tf.tensor1d(
      Int32Array.from({ length: size }, (_, i) => (i * 3) % classes),
      'int32',
    ) as Tensor1D,
  }))
  const steps: SegmentResult[] = []
  for (let i = from; i < to; i++) {
    const { images, labels } = batches[i % batches.length]!
    steps.push(...learner.trainSegments(images, labels, (segment) => 1e-3 / (1 + i + segment)))
  }
  const { images, labels } = batches[0]!
  const { probabilities } = learner.predictBatch(images, labels)
  return { steps, probabilities, weights: learner.exportWeights() }
}

const learnerOf = (mode: 'eager' | 'graph' | 'xla', configuration: Configuration): Learner =>
  createLearner(configuration, presetOf('testing-hrm').input, mode)

/** What XLA compiles takes half a minute each: it has one of each family. */
const cases = {
  graph: [
    ['testing-hrm', {}],
    ['testing-hrm', { act: true }],
    ['testing-hrm-stem', {}],
    ['testing-cnn', {}],
    ['testing-cnn', { dropout: 0.2 }],
  ],
  xla: [
    ['testing-hrm', {}],
    ['testing-cnn', {}],
  ],
} as const

describe.each(['graph', 'xla'] as const)('%s', (mode) => {
  it.each(cases[mode])('trains %s %o as eager does, within rounding', (name, change) => {
    const configuration = configure(name, change)
    const eager = train(learnerOf('eager', configuration), SIZES[mode])
    const graph = train(learnerOf(mode, configuration), SIZES[mode])
    const losses = ({ steps }: Trained): number[] => steps.map(({ loss }) => loss)
    // Rounding differs, and training carries differences on: first steps agree to the last digits, 50 steps to three.
    expect(relativeError(losses(graph).slice(0, 2), losses(eager).slice(0, 2))).toBeLessThan(1e-5)
    expect(relativeError(losses(graph), losses(eager))).toBeLessThan(2e-3)
    expect(relativeError(graph.probabilities, eager.probabilities)).toBeLessThan(5e-3)
  })

  it.each(mode === 'graph' ? ['testing-hrm', 'testing-cnn'] : ['testing-cnn'])(
    'gives %s the same bits again, and after going on from exports',
    (name) => {
      const configuration = configure(name)
      const whole = train(learnerOf(mode, configuration), SIZES[mode])
      const again = train(learnerOf(mode, configuration), SIZES[mode])
      expect(again).toEqual(whole)
      const first = learnerOf(mode, configuration)
      train(first, SIZES[mode], 0, 10)
      const second = learnerOf(mode, configuration)
      second.importWeights(first.exportWeights())
      second.importOptimizer(first.exportOptimizer())
      const rest = train(second, SIZES[mode], 10)
      expect(rest.steps).toEqual(whole.steps.slice(-rest.steps.length))
      expect(rest.weights).toEqual(whole.weights)
    },
  )

  it('keeps the number of tensors constant over 200 steps and an evaluation', () => {
    const learner = learnerOf(mode, configure('testing-cnn'))
    const images = randomTensors(1)(6, 8, 8, 1) as Tensor4D
    const labels = tf.tensor1d([0, 1, 2, 3, 0, 1], 'int32')
    const before = tf.memory().numTensors
    for (let step = 0; step < 200; step++) Array.from(learner.trainSegments(images, labels, () => 1e-3))
    expect(learner.predictBatch(images, null).probabilities).toHaveLength(24)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('leaves a batch after any segment, with the weights of the last update', () => {
    const images = randomTensors(1)(6, 8, 8, 1) as Tensor4D
    const labels = tf.tensor1d([0, 1, 2, 3, 0, 1], 'int32')
    const [left, whole] = [0, 1].map(() => learnerOf(mode, configure('testing-hrm')))
    const before = tf.memory().numTensors
    for (const _ of left!.trainSegments(images, labels, () => 1e-3)) break
    expect(tf.memory().numTensors).toBe(before)
    expect(left!.exportOptimizer().step).toBe(1)
    const segments = whole!.trainSegments(images, labels, () => 1e-3)[Symbol.iterator]()
    segments.next()
    expect(left!.exportWeights()).toEqual(whole!.exportWeights())
    segments.return!()
  })
})

describe('in lanes', () => {
  // Micro-batches of 4 to 6 images, as many as two lanes take and more; the last batch is odd.
  const sizes = [18, 18, 13]
  const inLanes = (configuration: Configuration): Learner =>
    createLearner(configuration, presetOf('testing-hrm').input, 'graph', 2)
  const losses = ({ steps }: Trained): number[] => steps.map(({ loss }) => loss)

  it.each([{}, { act: true }])(
    'trains testing-hrm %o as eager does, within rounding, and gives the same bits again',
    (change) => {
      const configuration = configure('testing-hrm', change)
      const eager = train(learnerOf('eager', configuration), sizes)
      const parted = train(inLanes(configuration), sizes)
      expect(relativeError(losses(parted).slice(0, 2), losses(eager).slice(0, 2))).toBeLessThan(1e-5)
      expect(relativeError(losses(parted), losses(eager))).toBeLessThan(2e-3)
      expect(relativeError(parted.probabilities, eager.probabilities)).toBeLessThan(5e-3)
      expect(parted.steps.map(({ correct }) => correct).slice(0, 4)).toEqual(
        eager.steps.map(({ correct }) => correct).slice(0, 4),
      )
      expect(train(inLanes(configuration), sizes)).toEqual(parted)
    },
  )

  it('does not part what batch normalisation mixes', () => {
    const configuration = configure('testing-cnn')
    expect(train(inLanes(configuration), sizes, 0, 3)).toEqual(train(learnerOf('graph', configuration), sizes, 0, 3))
  })
})

it('trains in one call a batch as in one a segment, within rounding', () => {
  const { model, training } = configure('testing-hrm')
  const { input } = presetOf('testing-hrm')
  const [whole, parted] = [true, false].map((wholeBatches) => {
    const options = { xla: false, lanes: 2, wholeBatches }
    return train(new GraphLearner(buildModel(model, input), training, input, options), [8], 0, 4)
  })
  const losses = ({ steps }: Trained): number[] => steps.map(({ loss }) => loss)
  expect(relativeError(losses(whole!), losses(parted!))).toBeLessThan(1e-5)
  expect(relativeError(whole!.probabilities, parted!.probabilities)).toBeLessThan(1e-4)
})

describe('with bfloat16 products', () => {
  const losses = ({ steps }: Trained): number[] => steps.map(({ loss }) => loss)
  const few = (configuration: Configuration): Trained => train(learnerOf('graph', configuration), [6], 0, 8)

  it.for(['testing-hrm', 'testing-cnn'])(
    'trains %s near to float32, and gives the same bits again',
    (name, { skip }) => {
      const problem = bfloat16Problem('cpu')
      if (problem) skip(problem)
      const configuration = configure(name)
      const lower = { ...configuration, training: { ...configuration.training, precision: 'bfloat16' as const } }
      const wide = losses(few(configuration))
      const narrow = few(lower)
      // A number of 8 bits is off by up to 0.4 %.
      expect(relativeError(losses(narrow).slice(0, 1), wide.slice(0, 1))).toBeLessThan(0.02)
      expect(relativeError(losses(narrow), wide)).toBeLessThan(0.1)
      expect(losses(narrow)).not.toEqual(wide)
      expect(few(lower)).toEqual(narrow)
    },
  )

  it('trains testing-hrm in lanes near to float32', ({ skip }) => {
    const problem = bfloat16Problem('cpu')
    if (problem) skip(problem)
    const configuration = configure('testing-hrm')
    const [wide, narrow] = (['float32', 'bfloat16'] as const).map((precision) => {
      const training = { ...configuration.training, precision }
      const learner = createLearner({ ...configuration, training }, presetOf('testing-hrm').input, 'graph', 2)
      return losses(train(learner, [18, 13], 0, 8))
    })
    expect(relativeError(narrow!, wide!)).toBeLessThan(0.1)
    expect(narrow).not.toEqual(wide)
  })
})
