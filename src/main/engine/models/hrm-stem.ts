/**
 * HRM on tokens from two convolution stages instead of patches, with positions in two dimensions. Symbols: see hrm.ts.
 */
import type { InputShape } from '../../../shared/experiment/family'
import type { HrmStemModel } from '../../../shared/experiment/models/hrm-stem'
import { type Tensor, type Tensor3D, type Tensor4D, tf } from '../backends/tf'
import type { Angles } from '../layers/rotary'
import { convBnRelu, declareConv, maxPool } from './conv-bn-relu'
import { type HrmCarry, prependCls, recurrentModel } from './hrm'
import { lecunNormal, truncatedNormal } from './initial'
import type { Encoded, Model, Pass } from './model'
import { ParameterSet, type Values } from './parameters'

/**
 * Rotary angles of CLS and a grid of cells: half of a head's pairs turn with the row, half with the column, pair i of n by
 * position / base^(i/n). CLS does not turn.
 */
export function gridAngles(rows: number, columns: number, headWidth: number, base: number): Angles {
  const n = headWidth / 4
  const turn = (position: number): number[] => Array.from({ length: n }, (_, i) => position / base ** (i / n))
  const cells = Array.from({ length: rows * columns }, (_, cell) => [
    ...turn(Math.floor(cell / columns)),
    ...turn(cell % columns),
  ])
  return [new Array<number>(2 * n).fill(0), ...cells]
}

/** Two stages of Conv3×3-BN-ReLU-MaxPool2 make (H/4)(W/4) cells of D numbers; each has a learned position added. */
export function hrmStem(model: HrmStemModel, { height, width, channels, classes }: InputShape): Model<HrmCarry> {
  const { stemWidth, width: D, heads: h, ropeBase } = model
  const [rows, columns] = [height / 4, width / 4]
  const set = new ParameterSet()
  const stages = [declareConv(set, 'stem.', 0, channels, stemWidth), declareConv(set, 'stem.', 1, stemWidth, D)]
  // Small, so that at first a token says what is there; 0.02 is usual for learned positions (ViT, BERT).
  const position = set.parameter('embed.position', [1, rows * columns, D], truncatedNormal(0.02))
  const cls = set.parameter('embed.cls', [1, 1, D], lecunNormal(1))

  const encode = (values: Values, images: Tensor4D, pass: Pass): Encoded => {
    const statistics: { [buffer: string]: Tensor } = {}
    const grid = stages.reduce((x, stage) => maxPool(convBnRelu(values, stage, x, pass, statistics)), images)
    const cells = tf.add(tf.reshape(grid, [-1, rows * columns, D]), values(position)) as Tensor3D // [B,S−1,D]
    return { features: prependCls(values(cls), cells), statistics }
  }
  const angles = gridAngles(rows, columns, D / h, ropeBase)
  return recurrentModel(model, classes, { angles, rows, columns }, set, encode)
}
