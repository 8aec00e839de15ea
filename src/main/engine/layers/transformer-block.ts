/**
 * The HRM's encoder block (arXiv 2510.03598; post-norm): x = RMSNorm(x + Attention(x)), then x = RMSNorm(x + GEGLU(x)).
 * Symbols: B batch, S tokens, D width, h heads, Dh = D/h.
 */
import { type Tensor, type Tensor3D, type Tensor4D, tf } from '../backends/tf'
import { gatedGelu, gatedGeluNaive } from './gated-gelu'
import { linear } from './linear'
import { rmsNorm, rmsNormNaive } from './rms-norm'
import { type Angles, rotary, rotaryNaive, type RotaryTables, rotaryTables } from './rotary'

/** Weights in the paper's layout. */
export interface NaiveBlockWeights {
  readonly qkv: Tensor // [D,3D]
  readonly out: Tensor // [D,D]
  readonly norm1: Tensor // [D]
  readonly up: Tensor // [D,8D]: first half u, second half the gated v
  readonly down: Tensor // [4D,D]
  readonly norm2: Tensor // [D]
}

const splitHeads = (x: Tensor, heads: number): Tensor4D => {
  const [B, S, D] = x.shape as [number, number, number]
  return tf.reshape(x, [B, S, heads, D / heads])
}

const headsFirst = (x: Tensor4D): Tensor4D => tf.transpose(x, [0, 2, 1, 3]) // [B,S,h,Dh] ↔ [B,h,S,Dh]

/** The reference: as the paper states it, plain operations, gradients by tfjs. */
export function blockNaive(w: NaiveBlockWeights, x: Tensor3D, angles: Angles, heads: number): Tensor3D {
  const D = x.shape[2]
  const [q, k, v] = tf.split(linear(x, w.qkv), 3, -1).map((part) => splitHeads(part, heads)) as [
    Tensor4D,
    Tensor4D,
    Tensor4D,
  ] // [B,S,h,Dh]
  const turnedQ = headsFirst(rotaryNaive(q, angles)) // [B,h,S,Dh]
  const turnedK = headsFirst(rotaryNaive(k, angles))
  const scores = tf.div(tf.matMul(turnedQ, turnedK, false, true), Math.sqrt(D / heads)) // [B,h,S,S]
  const mixed = headsFirst(tf.matMul(tf.softmax(scores), headsFirst(v)) as Tensor4D) // [B,S,h,Dh]
  const attended = rmsNormNaive(tf.add(x, linear(tf.reshape(mixed, x.shape), w.out)), w.norm1) // [B,S,D]
  const [u, gated] = tf.split(linear(attended, w.up), 2, -1) as [Tensor, Tensor] // [B,S,4D]
  return rmsNormNaive(tf.add(attended, linear(gatedGeluNaive(u, gated), w.down)), w.norm2) as Tensor3D
}

/** Weights as the fast form wants them: q and k in half layout, up in two. */
export interface BlockWeights {
  readonly q: Tensor // [D,D]
  readonly k: Tensor // [D,D]
  readonly v: Tensor // [D,D]
  readonly out: Tensor // [D,D]
  readonly norm1: Tensor // [D]
  readonly up: Tensor // [D,4D]
  readonly gate: Tensor // [D,4D]
  readonly down: Tensor // [4D,D]
  readonly norm2: Tensor // [D]
}

/** Positions for q (with attention's 1/sqrt(Dh)) and k. */
export interface Positions {
  readonly q: RotaryTables
  readonly k: RotaryTables
}

/** Tables of the fast form, to be disposed by their owner. */
export const positions = (angles: Angles, heads: number): Positions => ({
  q: rotaryTables(angles, heads, 1 / Math.sqrt(2 * angles[0]!.length)),
  k: rotaryTables(angles, heads, 1),
})

/**
 * The fast form.
 * @param x [B,S,D]
 * @param look is shown the attention [B,h,S,S], which lives only during the call
 * @returns [B,S,D]
 */
export function block(
  w: BlockWeights,
  x: Tensor3D,
  { q, k }: Positions,
  look?: (attention: Tensor4D) => void,
): Tensor3D {
  // Nothing inside outlives its block but what gradients saved.
  return tf.tidy(() => {
    const queries = headsFirst(splitHeads(rotary(q)(linear(x, w.q)), q.heads)) // [B,h,S,Dh]
    const keys = headsFirst(splitHeads(rotary(k)(linear(x, w.k)), k.heads))
    const contents = headsFirst(splitHeads(linear(x, w.v), q.heads))
    const attention = tf.softmax(tf.matMul(queries, keys, false, true)) as Tensor4D // [B,h,S,S]
    look?.(attention)
    const mixed = tf.reshape(headsFirst(tf.matMul(attention, contents) as Tensor4D), x.shape) // [B,S,D]
    const attended = rmsNorm(tf.add(x, linear(mixed, w.out)), w.norm1) // [B,S,D]
    const hidden = gatedGelu(linear(attended, w.up), linear(attended, w.gate)) // [B,S,4D]
    return rmsNorm(tf.add(attended, linear(hidden, w.down)), w.norm2) as Tensor3D
  })
}
