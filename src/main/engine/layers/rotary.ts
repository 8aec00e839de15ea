/**
 * Rotary positions (Su et al. 2021): each pair of a head's numbers is turned by an angle of the token's position, so that
 * products of q and k depend on distances only.
 * Symbols: B batch, S tokens, h heads, Dh width of a head.
 */
import { type Tensor, type Tensor4D, tf } from '../backends/tf'
import { withGradient } from './gradient'

/** Angles [S][Dh/2] in radians by token and pair. */
export type Angles = readonly (readonly number[])[]

/** One-dimensional positions t = 0 … S−1: pair i turns by t / base^(i/(Dh/2)). */
export function tokenAngles(tokens: number, headWidth: number, base: number): Angles {
  const pairs = headWidth / 2
  return Array.from({ length: tokens }, (_, t) => Array.from({ length: pairs }, (_, i) => t / base ** (i / pairs)))
}

/** cos or sin of the angles as [1,S,1,Dh/2]. */
const table = (angles: Angles, f: (angle: number) => number): Tensor =>
  tf.tensor(
    angles.flatMap((row) => row.map(f)),
    [1, angles.length, 1, angles[0]!.length],
    'float32',
  )

/**
 * The reference: turns adjacent pairs (2i, 2i+1) of x [B,S,h,Dh], as the paper's code does.
 */
export function rotaryNaive(x: Tensor4D, angles: Angles): Tensor4D {
  const [B, S, h, Dh] = x.shape
  const pairs = tf.reshape(x, [B, S, h, Dh / 2, 2])
  const [a, b] = tf.unstack(pairs, -1) as [Tensor, Tensor] // [B,S,h,Dh/2]
  const cos = table(angles, Math.cos)
  const sin = table(angles, Math.sin)
  const turned = [tf.sub(tf.mul(a, cos), tf.mul(b, sin)), tf.add(tf.mul(a, sin), tf.mul(b, cos))]
  return tf.reshape(tf.stack(turned, -1), [B, S, h, Dh])
}

/**
 * The fast form wants a head's numbers in half layout: first all 2i, then all 2i+1. The weights' columns are kept in that
 * order inside the model (exported in the paper's), so that turning needs whole halves only. Products of q and k do not
 * change when both are in it.
 * @returns for each column inside, its number in the paper's layout
 */
export function halfLayout(width: number, heads: number): number[] {
  const headWidth = width / heads
  return Array.from({ length: width }, (_, column) => {
    const head = Math.floor(column / headWidth)
    const inside = column % headWidth
    const pair = inside % (headWidth / 2)
    return head * headWidth + 2 * pair + (inside < headWidth / 2 ? 0 : 1)
  })
}

/** x·cos + swapped(x)·sin, where swapped exchanges the halves; cos and sin are [S,D] tables over all heads. */
export interface RotaryTables {
  readonly cos: Tensor
  /** Negative in the first half of each head. */
  readonly sin: Tensor
  readonly heads: number
}

/**
 * Tables for {@link rotary}, to be disposed by their owner.
 * @param scale of the result: attention's 1/sqrt(Dh) is free here
 */
export function rotaryTables(angles: Angles, heads: number, scale: number): RotaryTables {
  const half = angles[0]!.length
  const make = (f: (angle: number, first: boolean) => number): Tensor =>
    tf.tensor2d(
      angles.flatMap((row) =>
        Array.from({ length: heads * 2 * half }, (_, column) => {
          const inside = column % (2 * half)
          return scale * f(row[inside % half]!, inside < half)
        }),
      ),
      [angles.length, heads * 2 * half],
      'float32',
    )
  return { cos: make(Math.cos), sin: make((angle, first) => (first ? -1 : 1) * Math.sin(angle)), heads }
}

/** Exchanges the halves of each head: reversing an axis of two is several times quicker than splitting and joining. */
function swapHalves(x: Tensor, heads: number): Tensor {
  const [B, S, D] = x.shape as [number, number, number]
  return tf.reshape(tf.reverse(tf.reshape(x, [B, S, heads, 2, D / heads / 2]), 3), [B, S, D])
}

/**
 * The fast form, on x [B,S,D] in half layout.
 */
export const rotary = ({ cos, sin, heads }: RotaryTables): ((x: Tensor) => Tensor) =>
  withGradient(
    (_save, x: Tensor) => tf.add(tf.mul(x, cos), tf.mul(swapHalves(x, heads), sin)),
    (dy) => [tf.add(tf.mul(dy, cos), swapHalves(tf.mul(dy, sin), heads))],
  )
