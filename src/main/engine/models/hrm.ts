/**
 * The Hierarchical Reasoning Model as image classifier (arXiv 2510.03598, section "HRM classifier"; the idea: arXiv
 * 2506.21734).
 *
 * Symbols: B batch, H×W×C image, P patch side, S = 1 + cells tokens (CLS first), D width, h heads, N high cycles,
 * T low steps per cycle, M segments, K classes. x~ token embedding, z_L and z_H the low and high states, f_L and f_H the
 * modules, all [B,S,D] to [B,S,D].
 */
import type { InputShape } from '../../../shared/experiment/family'
import type { HrmModel } from '../../../shared/experiment/models/hrm'
import { type Tensor, type Tensor2D, type Tensor3D, type Tensor4D, tf } from '../backends/tf'
import { withoutGradient } from '../layers/gradient'
import { linear } from '../layers/linear'
import { type Angles, halfLayout, tokenAngles } from '../layers/rotary'
import { block, type BlockWeights, type Positions, positions } from '../layers/transformer-block'
import { constant, lecunNormal, truncatedNormal } from './initial'
import type { Encoded, Look, Model, ModuleName, Pass } from './model'
import { ParameterSet, type Slot, type Values } from './parameters'

/** The fields every HRM has, whatever makes its tokens. */
export type Recurrence = Pick<
  HrmModel,
  'width' | 'heads' | 'layersPerModule' | 'highCycles' | 'lowSteps' | 'segmentsTrain' | 'segmentsEval' | 'act'
>

/** z_H and z_L, [B,S,D] each. */
export type HrmCarry = { high: Tensor3D; low: Tensor3D }

/** Where the cells of the image lie, CLS aside: rotary angles of all tokens [S][Dh/2], and the grid they make. */
export interface Tokens {
  readonly angles: Angles
  readonly rows: number
  readonly columns: number
}

interface Module {
  readonly name: ModuleName
  readonly layers: readonly { readonly [W in keyof BlockWeights]: Slot }[]
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i)

/** Declares the blocks of one module; names as in tests/vectors/README.md. */
function declareModule(set: ParameterSet, module: ModuleName, layers: number, D: number, h: number): Module {
  const blocks = range(0, layers).map((layer) => {
    const at = (name: string): string => `${module}.${layer}.${name}`
    const half = halfLayout(D, h)
    const qkv = [half, half.map((column) => D + column), range(2 * D, 3 * D)] as const
    const [q, k, v] = set.columns(at('attention.qkv'), [D, 3 * D], qkv, lecunNormal(D))
    const out = set.parameter(at('attention.out'), [D, D], lecunNormal(D))
    const norm1 = set.parameter(at('norm1.scale'), [D], constant(1))
    const halves = [range(0, 4 * D), range(4 * D, 8 * D)] as const
    const [up, gate] = set.columns(at('mlp.up'), [D, 8 * D], halves, lecunNormal(D))
    const down = set.parameter(at('mlp.down'), [4 * D, D], lecunNormal(4 * D))
    const norm2 = set.parameter(at('norm2.scale'), [D], constant(1))
    return { q, k, v, out, norm1, up, gate, down, norm2 }
  })
  return { name: module, layers: blocks }
}

/** f: the stack of a module's blocks. */
function runModule(values: Values, { name, layers }: Module, x: Tensor3D, at: Positions, look?: Look): Tensor3D {
  return layers.reduce((tokens, slots, layer) => {
    const weights = Object.fromEntries(Object.entries(slots).map(([name, slot]) => [name, values(slot)]))
    const seen = look && ((attention: Tensor4D) => look.attention(name, layer, attention))
    return block(weights as unknown as BlockWeights, tokens, at, seen)
  }, x)
}

/**
 * Everything of an HRM but its tokens: modules, head, states.
 * @param set holds the embedding's parameters already
 */
export function recurrentModel(
  { width: D, heads: h, layersPerModule, highCycles: N, lowSteps: T, segmentsTrain, segmentsEval, act }: Recurrence,
  classes: number,
  { angles, rows, columns }: Tokens,
  set: ParameterSet,
  encode: Model['encode'],
): Model<HrmCarry> {
  const S = angles.length
  const lowModule = declareModule(set, 'low', layersPerModule, D, h)
  const highModule = declareModule(set, 'high', layersPerModule, D, h)
  const head = set.parameter('head', [D, classes], lecunNormal(D))
  const actHead = act ? set.parameter('act', [D, 2], lecunNormal(D)) : null
  // Fixed, not learned: normal of standard deviation 1 cut at ±2.
  const templates = {
    high: set.buffer('z0.high', [1, S, D], truncatedNormal(1)),
    low: set.buffer('z0.low', [1, S, D], truncatedNormal(1)),
  }
  const at = positions(angles, h)

  return {
    parameters: set,
    segmentsTrain,
    segmentsEval,
    inside: { kind: 'recurrence', layers: layersPerModule, heads: h, steps: { low: N * T, high: N }, rows, columns },
    halts: act,
    dropout: null,
    encode,

    start(values, batch) {
      const repeated = (slot: Slot): Tensor3D => tf.tile(values(slot) as Tensor3D, [batch, 1, 1])
      return { high: repeated(templates.high), low: repeated(templates.low) }
    },

    segment(values, carry, { features }, { look }) {
      const x = features as Tensor3D
      const step = (module: Module, before: Tensor3D, sum: Tensor3D): Tensor3D => {
        const after = runModule(values, module, sum, at, look)
        look?.step(module.name, before, after)
        return after
      }
      const lowStep = (low: Tensor3D, high: Tensor3D): Tensor3D => step(lowModule, low, tf.add(tf.add(low, high), x))
      const highStep = (high: Tensor3D, low: Tensor3D): Tensor3D => step(highModule, high, tf.add(high, low))

      // N·T − 1 low steps, with the high steps between them, without gradient...
      const before = withoutGradient((): HrmCarry => {
        let { high, low } = carry
        for (let step = 1; step < N * T; step++) {
          low = lowStep(low, high)
          if (step % T === 0) high = highStep(high, low)
        }
        return { high, low }
      })
      // ...then the last of each with it: the one-step gradient of a fixed point (deep equilibrium models).
      const low = lowStep(before.low, before.high)
      const high = highStep(before.high, low)

      const cls = tf.reshape(tf.slice(high, [0, 0, 0], [-1, 1, D]), [-1, D]) as Tensor2D // [B,D]
      return [
        { high, low },
        {
          logits: linear(cls, values(head)) as Tensor2D, // [B,K]
          halting: actHead && (linear(cls, values(actHead)) as Tensor2D), // [B,2]
          intermediates: { x: x, 'z.high': high, 'z.low': low, cls },
        },
      ]
    },

    dispose: () => tf.dispose([at.q.cos, at.q.sin, at.k.cos, at.k.sin]),
  }
}

/** CLS [1,1,D] before every image's cells [B,S−1,D]. */
export function prependCls(cls: Tensor, cells: Tensor3D): Tensor3D {
  const [B] = cells.shape
  // Not tile: its gradient in tfjs is B slices and sums.
  const repeated = tf.add(tf.zeros([B, 1, 1]), cls) as Tensor3D // [B,1,D]
  return tf.concat([repeated, cells], 1)
}

/** Cuts images [B,H,W,C] into P×P patches, row by row: [B, (H/P)(W/P), P·P·C]. */
export function patches(images: Tensor4D, P: number): Tensor3D {
  const [B, H, W, C] = images.shape
  const grid = tf.reshape(images, [B, H / P, P, W / P, P, C])
  return tf.reshape(tf.transpose(grid, [0, 1, 3, 2, 4, 5]), [B, (H / P) * (W / P), P * P * C])
}

/** The paper's model: x~ from patches by one linear map. */
export function hrm(model: HrmModel, { height, width, channels, classes }: InputShape): Model<HrmCarry> {
  const { patch: P, width: D, heads: h } = model
  const values = P * P * channels
  const set = new ParameterSet()
  const projection = set.parameter('embed.proj', [values, D], lecunNormal(values))
  const cls = set.parameter('embed.cls', [1, 1, D], lecunNormal(1))
  const [rows, columns] = [height / P, width / P]
  const angles = tokenAngles(1 + rows * columns, D / h, 10_000)

  const encode = (values: Values, images: Tensor4D, _pass: Pass): Encoded => ({
    features: prependCls(values(cls), linear(patches(images, P), values(projection)) as Tensor3D),
    statistics: {},
  })
  return recurrentModel(model, classes, { angles, rows, columns }, set, encode)
}
