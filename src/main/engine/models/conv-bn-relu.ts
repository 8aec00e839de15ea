import { type Tensor4D, tf } from '../backends/tf'
import { batchNormEvaluate, batchNormTrain, updatedStatistics } from '../layers/batch-norm'
import { relu } from '../layers/relu'
import { constant, lecunNormal } from './initial'
import type { Pass } from './model'
import type { ParameterSet, Slot, Values } from './parameters'

/** One Conv3×3-BN-ReLU: its slots and the names of its running statistics. */
export interface ConvBnRelu {
  readonly kernel: Slot
  readonly scale: Slot
  readonly bias: Slot
  readonly mean: Slot
  readonly variance: Slot
  readonly meanName: string
  readonly varianceName: string
}

/** Declares layer `index`: `<prefix>conv{i}.kernel` [3,3,in,out], `<prefix>bn{i}.scale`, `.bias`, `.mean`, `.var` [out]. */
export function declareConv(
  set: ParameterSet,
  prefix: string,
  index: number,
  inputs: number,
  outputs: number,
): ConvBnRelu {
  const bn = (name: string): string => `${prefix}bn${index}.${name}`
  return {
    kernel: set.parameter(`${prefix}conv${index}.kernel`, [3, 3, inputs, outputs], lecunNormal(9 * inputs)),
    scale: set.parameter(bn('scale'), [outputs], constant(1)),
    bias: set.parameter(bn('bias'), [outputs], constant(0)),
    mean: set.buffer(bn('mean'), [outputs], constant(0)),
    variance: set.buffer(bn('var'), [outputs], constant(1)),
    meanName: bn('mean'),
    varianceName: bn('var'),
  }
}

/**
 * Convolution (3×3, padding SAME, no bias), batch normalisation, ReLU: [B,H,W,in] → [B,H,W,out].
 * In training the new running statistics are added to `statistics`.
 */
export function convBnRelu(
  values: Values,
  layer: ConvBnRelu,
  x: Tensor4D,
  pass: Pass,
  statistics: { [buffer: string]: unknown },
): Tensor4D {
  const convolved = tf.conv2d(x, values(layer.kernel) as Tensor4D, 1, 'same')
  const scale = values(layer.scale)
  const bias = values(layer.bias)
  const running = { mean: values(layer.mean), variance: values(layer.variance) }
  if (!pass.training) return relu(batchNormEvaluate(convolved, scale, bias, running)) as Tensor4D
  const { y, batch } = batchNormTrain(convolved, scale, bias)
  const { mean, variance } = updatedStatistics(running, batch)
  statistics[layer.meanName] = mean
  statistics[layer.varianceName] = variance
  return relu(y) as Tensor4D
}

/** Halves both sides (an odd last row or column is dropped, as Flax does). */
export const maxPool = (x: Tensor4D): Tensor4D => tf.maxPool(x, 2, 2, 'valid')
