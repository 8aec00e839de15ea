/**
 * Root mean square normalisation (Zhang, Sennrich 2019): x / sqrt(mean(x²) + ε) · scale over the last axis, no bias.
 * Shapes: x [...,D], scale [D].
 */
import { type Tensor, tf } from '../backends/tf'
import { withGradient } from './gradient'

/** Inside the root, as in the paper. */
const EPSILON = 1e-6

const inverseRoot = (x: Tensor): Tensor => tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), EPSILON)) // [...,1]

/** The reference: plain operations, gradients by tfjs. */
export const rmsNormNaive = (x: Tensor, scale: Tensor): Tensor => tf.mul(tf.mul(x, inverseRoot(x)), scale)

/**
 * The fast form. With n = x·r and g = dy·scale: dx = r·(g − n·mean(g·n)), dscale = Σ dy·n.
 */
export const rmsNorm: (x: Tensor, scale: Tensor) => Tensor = withGradient(
  (save, x: Tensor, scale: Tensor) => {
    const r = inverseRoot(x) // [...,1]
    const n = tf.mul(x, r) // [...,D]
    save([n, r, scale])
    return tf.mul(n, scale)
  },
  (dy, saved) => {
    const [n, r, scale] = saved as [Tensor, Tensor, Tensor]
    const g = tf.mul(dy, scale) // [...,D]
    const dx = tf.mul(r, tf.sub(g, tf.mul(n, tf.mean(tf.mul(g, n), -1, true))))
    const dscale = tf.sum(tf.reshape(tf.mul(dy, n), [-1, scale.size]), 0)
    return [dx, dscale]
  },
)
