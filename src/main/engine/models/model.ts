import type { InsideKind } from '../../../shared/experiment/family'
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '../backends/tf'
import type { ParameterSet, Values } from './parameters'

/** What a model hands from one segment to the next, by name; empty for a model without state. */
export type Carry = { [name: string]: Tensor }

/** How a batch is run. */
export interface Pass {
  readonly training: boolean
  /** Training with dropout: 0 or 1/(1 − rate) for each feature, [B, width]; null else. */
  readonly dropoutMask: Tensor2D | null
  /** In evaluation, where somebody looks inside. */
  readonly look?: Look
}

/** Neither trained nor looked at. */
export const EVALUATION: Pass = { training: false, dropoutMask: null }

/** Is shown what a model computes on the way: only what somebody asks for costs anything. The tensors live only during the call. */
export interface Look {
  /** After one step of a recurrent module: its state [B,S,D] before and after. */
  step(module: ModuleName, before: Tensor3D, after: Tensor3D): void
  /** What a block of that step, from 0, attends to: [B,h,S,S], rows sum to 1. */
  attention(module: ModuleName, layer: number, attention: Tensor4D): void
  /** Feature maps [B,H',W',F] whose means a linear head [F,K] reads. */
  maps(maps: Tensor4D, head: Tensor2D): void
}
export type ModuleName = 'low' | 'high'

/** What a {@link Look} is shown of a model, and how to read it. */
export type Inside =
  | {
      readonly kind: Extract<InsideKind, 'recurrence'>
      readonly layers: number
      readonly heads: number
      /** Steps of each module in a segment. */
      readonly steps: Readonly<Record<ModuleName, number>>
      /** Cells of the image, row by row: the tokens after CLS. */
      readonly rows: number
      readonly columns: number
    }
  | { readonly kind: Extract<InsideKind, 'class-map' | 'nothing'> }

/** Images as the segments of a batch see them. */
export type Encoded = {
  readonly features: Tensor
  /** In training: the new running statistics, by buffer name. */
  readonly statistics: { [buffer: string]: Tensor }
}

export interface Outputs {
  /** [B,K] */
  readonly logits: Tensor2D
  /** ACT head: [B,2], before the sigmoid, halt and continue; null without it. */
  readonly halting: Tensor2D | null
  /** To look inside: what was computed on the way, by name. */
  readonly intermediates: { [name: string]: Tensor }
}

/**
 * A model as pure functions of its values: `(carry, batch) → (carry, outputs)`. It owns no state but constant tables.
 * Symbols: B batch, H×W×C image, K classes.
 */
export interface Model<C extends Carry = Carry> {
  readonly parameters: ParameterSet
  /** M: segments of a batch in training and in evaluation, 1 for a model without state. */
  readonly segmentsTrain: number
  readonly segmentsEval: number
  readonly inside: Inside
  /** It has an ACT head, for which the last segment is another. */
  readonly halts: boolean
  /** Dropout's rate and the width of its mask; null: none. */
  readonly dropout: { readonly rate: number; readonly width: number } | null
  /** The state every batch starts from. */
  start(values: Values, batch: number): C
  /** @param images [B,H,W,C], standardised */
  encode(values: Values, images: Tensor4D, pass: Pass): Encoded
  segment(values: Values, carry: C, encoded: Encoded, pass: Pass): [C, Outputs]
  /** Frees the constant tables. */
  dispose(): void
}
