import { nativeOps } from '../backends/native-ops'
import { type Tensor, tf } from '../backends/tf'
import { withGradient } from './gradient'

/** The reference: gradients by tfjs. */
export const reluNaive = (x: Tensor): Tensor => tf.relu(x)

/** max(x, 0); the fast form's gradient is one operation where TensorFlow has it. */
export const relu: (x: Tensor) => Tensor = withGradient(
  (save, x: Tensor) => {
    const y = tf.relu(x)
    save([y])
    return y
  },
  (dy, saved) => {
    const [y] = saved as [Tensor]
    return [nativeOps()?.reluGrad(dy, y) ?? tf.mul(dy, tf.step(y))]
  },
)
