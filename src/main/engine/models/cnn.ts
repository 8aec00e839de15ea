/**
 * The paper's baseline (arXiv 2510.03598, "two-stage Conv-BN-ReLU"): [Conv3×3(W) BN ReLU]×2, MaxPool 2×2,
 * [Conv3×3(2W) BN ReLU]×2, MaxPool 2×2, global average pool, linear map to K without bias.
 * Symbols: B batch, H×W×C image, W channels of the first stage.
 */
import type { InputShape } from '../../../shared/experiment/family'
import type { CnnModel } from '../../../shared/experiment/models/cnn'
import { type Tensor, type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import { linear } from '../layers/linear'
import { convBnRelu, declareConv, maxPool } from './conv-bn-relu'
import { lecunNormal } from './initial'
import type { Model } from './model'
import { ParameterSet } from './parameters'

/** A model without state: one segment, an empty carry. */
export function cnn({ width: W, dropout }: CnnModel, { channels, classes }: InputShape): Model {
  const set = new ParameterSet()
  const layers = [
    declareConv(set, '', 0, channels, W),
    declareConv(set, '', 1, W, W),
    declareConv(set, '', 2, W, 2 * W),
    declareConv(set, '', 3, 2 * W, 2 * W),
  ]
  const head = set.parameter('head', [2 * W, classes], lecunNormal(2 * W))

  return {
    parameters: set,
    segmentsTrain: 1,
    segmentsEval: 1,
    inside: { kind: 'class-map' },
    halts: false,
    dropout: dropout > 0 ? { rate: dropout, width: 2 * W } : null,
    start: () => ({}),

    encode(values, images, pass) {
      const statistics: { [buffer: string]: Tensor } = {}
      const x = layers.reduce((x, layer, index) => {
        const y = convBnRelu(values, layer, x, pass, statistics)
        return index % 2 === 0 ? y : maxPool(y)
      }, images) // [B,H/4,W/4,2W]
      pass.look?.maps(x as Tensor4D, values(head) as Tensor2D)
      const pooled = tf.mean(x, [1, 2]) // [B,2W]
      const features = pass.dropoutMask ? tf.mul(pooled, pass.dropoutMask) : pooled
      return { features, statistics }
    },

    segment(values, carry, { features }) {
      const logits = linear(features, values(head)) as Tensor2D // [B,K]
      return [carry, { logits, halting: null, intermediates: { features } }]
    },

    dispose: () => undefined,
  }
}
