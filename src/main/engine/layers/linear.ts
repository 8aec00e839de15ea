import { type Tensor, type Tensor2D, tf } from '../backends/tf'

/**
 * x · w on the last axis, without bias.
 * @param x [..., I]
 * @param w [I, O]
 * @returns [..., O]
 */
export function linear(x: Tensor, w: Tensor): Tensor {
  const [inputs, outputs] = w.shape as [number, number]
  const rows = tf.reshape(x, [-1, inputs]) as Tensor2D // [R,I]
  return tf.reshape(tf.matMul(rows, w as Tensor2D), [...x.shape.slice(0, -1), outputs])
}
