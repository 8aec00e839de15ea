import { beforeAll, describe, expect, it } from 'vitest'
import type { HrmModel } from '../../../shared/experiment/models/hrm'
import { presets } from '../../../shared/experiment/presets'
import { Random } from '../../../shared/random/philox'
import { loadBackend } from '../backends/load'
import { type Scalar, type Tensor, type Tensor1D, type Tensor4D, tf } from '../backends/tf'
import { crossEntropyNaive, smoothedTargets } from '../layers/cross-entropy'
import { valueAndGradients } from '../layers/gradient'
import { randomTensors, relativeError } from '../testing'
import { hrm, type HrmCarry } from './hrm'
import type { Values } from './parameters'
import { type Named, reference } from './reference'

beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
})

const preset = presets.find(({ name }) => name === 'testing-hrm')!
const config = { ...(preset.model as HrmModel), highCycles: 2, lowSteps: 2 }
const PASS = { training: true, dropoutMask: null }

/** A model with its first weights, images, targets and a carry that is not the template. */
function setUp(model: HrmModel) {
  const built = hrm(model, preset.input)
  const set = built.parameters
  const initial = new Map(set.initial(new Random(3, 0)).map((tensor) => [tensor.name, tensor]))
  const vector = tf.tensor1d(set.fromExport(initial))
  const views = set.split(vector)
  const buffers = set.buffersFromExport(initial).map((data, i) => tf.tensor(data, [...set.buffers[i]!.shape]))
  const values: Values = ({ kind, index }) => (kind === 'view' ? views : buffers)[index]!
  const random = randomTensors(8)
  const images = random(3, 8, 8, 1) as Tensor4D
  const carry = { high: random(3, 5, 16), low: random(3, 5, 16) } as HrmCarry
  const targets = smoothedTargets(tf.tensor1d([0, 3, 1], 'int32') as Tensor1D, 4, 0)
  return { built, set, initial, views, values, images, carry, targets }
}

/** Gradients of the reference's loss by all exported parameters, from `states` computed by `start`. */
function referenceGradients(
  { initial, set, images, targets }: ReturnType<typeof setUp>,
  model: HrmModel,
  carry: HrmCarry,
  through: boolean,
): { gradients: Map<string, Tensor>; high: Tensor; low: Tensor; logits: Tensor } {
  const { early, last } = reference(model, images)
  const tensors = set.names.map((name) => tf.tensor(initial.get(name)!.data, [...initial.get(name)!.shape]))
  const named = (given: Tensor[]): Named => new Map(set.names.map((name, i) => [name, given[i]!]))
  const before = early(named(tensors), carry)
  const { aux, gradients } = valueAndGradients(() => {
    const w = named(tensors)
    const end = last(w, through ? early(w, carry) : before)
    return { loss: crossEntropyNaive(end.logits, targets) as Scalar, aux: { ...end } }
  }, tensors)
  return { gradients: new Map(set.names.map((name, i) => [name, gradients[i]!])), ...aux }
}

function leanGradients({ built, set, views, values, images, targets }: ReturnType<typeof setUp>, carry: HrmCarry) {
  const { aux, gradients } = valueAndGradients(() => {
    const [next, { logits }] = built.segment(values, carry, built.encode(values, images, PASS), PASS)
    return { loss: crossEntropyNaive(logits, targets) as Scalar, aux: { ...next, logits } }
  }, views)
  const exported = set.toExport(set.join(gradients).dataSync<'float32'>())
  return { gradients: exported, ...aux }
}

describe('one segment', () => {
  const model = { ...config, layersPerModule: 2 }

  it('gives the states, logits and gradients of the paper’s text', () => {
    const world = setUp(model)
    const lean = leanGradients(world, world.carry)
    const expected = referenceGradients(world, model, world.carry, false)
    for (const name of ['high', 'low', 'logits'] as const)
      expect(relativeError(lean[name].dataSync(), expected[name].dataSync())).toBeLessThan(1e-5)
    for (const { name, data } of lean.gradients)
      expect(relativeError(data, expected.gradients.get(name)!.dataSync())).toBeLessThan(1e-4)
  })

  it('has the one-step gradient: not the gradient through all its steps', () => {
    const world = setUp(model)
    const lean = leanGradients(world, world.carry)
    const throughAll = referenceGradients(world, model, world.carry, true)
    const low = lean.gradients.find(({ name }) => name === 'low.0.mlp.down')!
    expect(relativeError(low.data, throughAll.gradients.get(low.name)!.dataSync())).toBeGreaterThan(0.01)
  })

  it('takes no gradient by the state it was handed', () => {
    const { built, values, images, carry } = setUp(model)
    const run = () => {
      const [, { logits }] = built.segment(values, carry, built.encode(values, images, PASS), PASS)
      return { loss: tf.sum(logits) as Scalar, aux: {} }
    }
    expect(() => valueAndGradients(run, [carry.low])).toThrow(/gradient/)
  })

  it('works with one low step, where nothing comes before the last, and keeps the carry it was given', () => {
    const single = { ...config, highCycles: 1, lowSteps: 1 }
    const world = setUp(single)
    const lean = leanGradients(world, world.carry)
    const expected = referenceGradients(world, single, world.carry, false)
    expect(relativeError(lean.logits.dataSync(), expected.logits.dataSync())).toBeLessThan(1e-5)
    expect(world.carry.high.isDisposed).toBe(false)
  })
})

it('starts every image from the templates', () => {
  const { built, values, initial } = setUp(config)
  const { high } = built.start(values, 2)
  const template = initial.get('z0.high')!.data
  expect(high.dataSync()).toEqual(Float32Array.from([...template, ...template]))
  expect(Math.max(...template.map(Math.abs))).toBeLessThanOrEqual(2)
})
