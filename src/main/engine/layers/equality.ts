/** The tests that hold each layer's fast form equal to its reference; run on both backends. */
import { expect, it } from 'vitest'
import { type Tensor, type Tensor2D, type Tensor3D, type Tensor4D, tf } from '../backends/tf'
import { randomTensors, relativeError } from '../testing'
import { batchNormTrain, batchNormTrainNaive } from './batch-norm'
import { crossEntropy, crossEntropyNaive, smoothedTargets } from './cross-entropy'
import { gatedGelu, gatedGeluNaive } from './gated-gelu'
import { relu, reluNaive } from './relu'
import { rmsNorm, rmsNormNaive } from './rms-norm'
import { type Angles, halfLayout, rotary, rotaryNaive, rotaryTables, tokenAngles } from './rotary'
import { block, type BlockWeights, blockNaive, type NaiveBlockWeights, positions } from './transformer-block'

const TOLERANCE = 1e-5

type Layer = (...inputs: Tensor[]) => Tensor

/** Values and gradients of both forms agree, with a gradient that is not uniform. */
function expectEqual(lean: Layer, naive: Layer, inputs: Tensor[]): void {
  const dy = randomTensors(99)(...naive(...inputs).shape)
  const run = (layer: Layer): Tensor[] => {
    const { value, grads } = tf.valueAndGrads(layer)(inputs, dy)
    return [value, ...grads]
  }
  const expected = run(naive)
  run(lean).forEach((tensor, i) => {
    expect(tensor.shape).toEqual(expected[i]!.shape)
    expect(relativeError(tensor.dataSync(), expected[i]!.dataSync())).toBeLessThan(TOLERANCE)
  })
}

/** Columns of a matrix [I,O] in another order, or some of them. */
const takeColumns = (w: Tensor, columns: readonly number[]): Tensor =>
  tf.gather(w, tf.tensor1d([...columns], 'int32'), 1)

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

function blockWeights(naive: NaiveBlockWeights, D: number, h: number): BlockWeights {
  const half = halfLayout(D, h)
  return {
    ...naive,
    q: takeColumns(naive.qkv, half),
    k: takeColumns(
      naive.qkv,
      half.map((column) => D + column),
    ),
    v: takeColumns(naive.qkv, range(2 * D, 3 * D)),
    up: takeColumns(naive.up, range(0, 4 * D)),
    gate: takeColumns(naive.up, range(4 * D, 8 * D)),
  }
}

/** Registers the tests; the backend is loaded by the caller's beforeAll. */
export function equalityTests(): void {
  it('RMSNorm', () => {
    const random = randomTensors(1)
    expectEqual(rmsNorm as Layer, rmsNormNaive as Layer, [random(3, 5, 8), random(8)])
  })

  it('gated GELU', () => {
    const random = randomTensors(2)
    expectEqual(gatedGelu as Layer, gatedGeluNaive as Layer, [random(4, 6, 16), random(4, 6, 16)])
  })

  it('ReLU', () => {
    expectEqual(relu as Layer, reluNaive as Layer, [randomTensors(3)(2, 4, 4, 3)])
  })

  it('batch normalisation, its statistics biased', () => {
    const random = randomTensors(4)
    const inputs = [tf.add(random(3, 4, 4, 5), 2), random(5), random(5)]
    const of =
      (form: typeof batchNormTrain): Layer =>
      (x, scale, bias) =>
        form(x as Tensor4D, scale!, bias!).y
    expectEqual(of(batchNormTrain), of(batchNormTrainNaive), inputs)
    const [x, scale, bias] = inputs as [Tensor4D, Tensor, Tensor]
    const lean = batchNormTrain(x, scale, bias).batch
    const naive = batchNormTrainNaive(x, scale, bias).batch
    expect(relativeError(lean.mean.dataSync(), naive.mean.dataSync())).toBeLessThan(TOLERANCE)
    expect(relativeError(lean.variance.dataSync(), naive.variance.dataSync())).toBeLessThan(TOLERANCE)
  })

  it.each([0, 0.05])('cross-entropy with smoothing %f', (smoothing) => {
    const logits = randomTensors(5)(6, 4)
    const targets = smoothedTargets(tf.tensor1d([0, 1, 2, 3, 3, 0], 'int32'), 4, smoothing)
    expect(relativeError(tf.sum(targets, -1).dataSync(), new Float32Array(6).fill(1))).toBeLessThan(1e-6)
    const of =
      (form: typeof crossEntropy): Layer =>
      (x) =>
        form(x as Tensor2D, targets)
    expectEqual(of(crossEntropy), of(crossEntropyNaive), [logits])
  })

  it('rotary positions in half layout, once their columns are in order again', () => {
    const [B, S, h, Dh] = [2, 5, 3, 4]
    const angles = tokenAngles(S, Dh, 10_000)
    const half = halfLayout(h * Dh, h)
    const back = half.map((_, column) => half.indexOf(column))
    const reorder = (x: Tensor, columns: number[]): Tensor => tf.gather(x, tf.tensor1d(columns, 'int32'), 2)
    const turn = rotary(rotaryTables(angles, h, 0.5))
    const lean: Layer = (x) => tf.mul(2, reorder(turn(reorder(x!, half)), back))
    const naive: Layer = (x) => tf.reshape(rotaryNaive(tf.reshape(x!, [B, S, h, Dh]), angles), [B, S, h * Dh])
    expectEqual(lean, naive, [randomTensors(6)(B, S, h * Dh)])
  })

  it('the whole block, by all its weights', () => {
    const [B, S, D, h] = [2, 5, 12, 3]
    const random = randomTensors(7)
    const shapes = { qkv: [D, 3 * D], out: [D, D], norm1: [D], up: [D, 8 * D], down: [4 * D, D], norm2: [D] }
    const names = Object.keys(shapes) as (keyof NaiveBlockWeights)[]
    const scaled = (shape: number[]): Tensor => tf.mul(random(...shape), shape.length > 1 ? shape[0]! ** -0.5 : 1)
    const weights = names.map((name) => scaled(shapes[name]))
    const angles: Angles = tokenAngles(S, D / h, 10_000)
    const named = (tensors: Tensor[]): NaiveBlockWeights =>
      Object.fromEntries(names.map((name, i) => [name, tensors[i]])) as unknown as NaiveBlockWeights
    const at = positions(angles, h)
    expectEqual(
      (x, ...w) => block(blockWeights(named(w), D, h), x as Tensor3D, at),
      (x, ...w) => blockNaive(named(w), x as Tensor3D, angles, h),
      [random(B, S, D), ...weights],
    )
  })
}
