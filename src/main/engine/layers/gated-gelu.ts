/**
 * GEGLU's gate (Shazeer 2020): u · gelu(v), with the tanh approximation of GELU (Hendrycks, Gimpel 2016):
 * gelu(v) = v/2 · (1 + tanh(C·(v + A·v³))). Shapes: u, v, result equal.
 */
import { nativeOps } from '../backends/native-ops'
import { type Tensor, tf } from '../backends/tf'
import { withGradient } from './gradient'

const C = Math.sqrt(2 / Math.PI)
const A = 0.044715

/** The reference: plain operations, gradients by tfjs. */
export function gatedGeluNaive(u: Tensor, v: Tensor): Tensor {
  const t = tf.tanh(tf.mul(C, tf.add(v, tf.mul(A, tf.pow(v, 3)))))
  return tf.mul(u, tf.mul(tf.mul(0.5, v), tf.add(1, t)))
}

/** dy·(1 − t²): the gradient of t = tanh(x). */
const tanhGrad = (t: Tensor, dy: Tensor): Tensor => nativeOps()?.tanhGrad(t, dy) ?? tf.mul(dy, tf.sub(1, tf.square(t)))

/**
 * The fast form. With h = v/2 and g = gelu(v) = h + h·t: du = dy·g,
 * dv = dy·u·((1 + t)/2 + h·(1 − t²)·C·(1 + 3A·v²)).
 */
export const gatedGelu: (u: Tensor, v: Tensor) => Tensor = withGradient(
  (save, u: Tensor, v: Tensor) => {
    const t = tf.tanh(tf.mul(v, tf.add(C, tf.mul(C * A, tf.square(v)))))
    const h = tf.mul(0.5, v)
    const g = tf.add(h, tf.mul(h, t))
    save([u, v, t, g])
    return tf.mul(u, g)
  },
  (dy, saved) => {
    const [u, v, t, g] = saved as [Tensor, Tensor, Tensor, Tensor]
    const dt = tanhGrad(t, tf.mul(v, tf.add(C / 2, tf.mul(1.5 * C * A, tf.square(v)))))
    const slope = tf.add(tf.add(0.5, tf.mul(0.5, t)), dt)
    return [tf.mul(dy, g), tf.mul(tf.mul(dy, u), slope)]
  },
)
