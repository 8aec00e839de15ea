/**
 * The paper's HRM as its text states it, for tests: on exported weights, with the layers' reference forms, and with the
 * one-step gradient made the obvious way: the early steps are computed before the gradient's function begins.
 */
import type { HrmModel } from '../../../shared/experiment/models/hrm'
import { type Tensor, type Tensor2D, type Tensor3D, type Tensor4D, tf } from '../backends/tf'
import { linear } from '../layers/linear'
import { tokenAngles } from '../layers/rotary'
import { blockNaive, type NaiveBlockWeights } from '../layers/transformer-block'
import { patches, prependCls } from './hrm'

/** Exported tensors by name. */
export type Named = ReadonlyMap<string, Tensor>
export interface States {
  readonly high: Tensor3D
  readonly low: Tensor3D
}

/** The functions f_L, f_H, x~ and the head of one model. */
export function reference(model: HrmModel, images: Tensor4D) {
  const { patch: P, width: D, heads: h, highCycles: N, lowSteps: T } = model
  const [, H, W] = images.shape
  const angles = tokenAngles(1 + (H / P) * (W / P), D / h, 10_000)

  const run = (w: Named, module: string, x: Tensor3D): Tensor3D => {
    for (let layer = 0; layer < model.layersPerModule; layer++) {
      const at = (name: string): Tensor => w.get(`${module}.${layer}.${name}`)!
      const weights: NaiveBlockWeights = {
        qkv: at('attention.qkv'),
        out: at('attention.out'),
        norm1: at('norm1.scale'),
        up: at('mlp.up'),
        down: at('mlp.down'),
        norm2: at('norm2.scale'),
      }
      x = blockNaive(weights, x, angles, h)
    }
    return x
  }
  const embed = (w: Named): Tensor3D =>
    prependCls(w.get('embed.cls')!, linear(patches(images, P), w.get('embed.proj')!) as Tensor3D)
  const low = (w: Named, { high, low }: States, x: Tensor3D): States => ({
    high,
    low: run(w, 'low', tf.add(tf.add(low, high), x)),
  })
  const high = (w: Named, { high, low }: States): States => ({ high: run(w, 'high', tf.add(high, low)), low })

  return {
    /** The states before the last low step. */
    early(w: Named, states: States): States {
      const x = embed(w)
      for (let i = 0; i <= N * T - 2; i++) {
        states = low(w, states, x)
        if ((i + 1) % T === 0) states = high(w, states)
      }
      return states
    },
    /** The last low and high step: the segment's states and logits [B,K]. */
    last(w: Named, states: States): States & { logits: Tensor2D } {
      const end = high(w, low(w, states, embed(w)))
      const cls = tf.reshape(tf.slice(end.high, [0, 0, 0], [-1, 1, D]), [-1, D])
      return { ...end, logits: linear(cls, w.get('head')!) as Tensor2D }
    },
  }
}
