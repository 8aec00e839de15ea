import { type Scalar, type Tensor1D, tf, type Variable } from '../backends/tf'

/** The paper's; Loshchilov and Hutter 2019 with Adam's usual constants. */
const BETA1 = 0.9
const BETA2 = 0.999
const EPSILON = 1e-8

export interface AdamWOptions {
  readonly weightDecay: number
  /** Largest global norm of the gradient; a longer one is shortened to it. */
  readonly clipNorm: number
}

/**
 * AdamW over one vector of all parameters, with clipping by the global norm, as optax chains them
 * (clip_by_global_norm, adamw): bias-corrected moments, ε outside the root, decay on every parameter.
 */
export class AdamW {
  readonly #options: AdamWOptions
  readonly moment1: Variable
  readonly moment2: Variable
  /** Updates made so far. */
  step = 0

  /** @param size numbers in the vector */
  constructor(size: number, options: AdamWOptions) {
    this.#options = options
    this.moment1 = tf.tidy(() => tf.variable(tf.zeros([size]), false))
    this.moment2 = tf.tidy(() => tf.variable(tf.zeros([size]), false))
  }

  /** Counts one update, and gives what it needs of its number: learning rate, 1 − β1^t, 1 − β2^t. */
  next(learningRate: number): [learningRate: number, correction1: number, correction2: number] {
    const t = ++this.step
    return [learningRate, 1 - BETA1 ** t, 1 - BETA2 ** t]
  }

  /**
   * Updates the parameters in place.
   * @param parameters vector of `size` numbers
   * @param gradient the same size, unclipped
   * @param rates [3], what {@link next} gave
   * @returns the gradient's norm before clipping
   */
  update(parameters: Variable, gradient: Tensor1D, rates: Tensor1D): Scalar {
    const { weightDecay, clipNorm } = this.#options
    return tf.tidy(() => {
      const [learningRate, correction1, correction2] = tf.unstack(rates) as [Scalar, Scalar, Scalar]
      const norm = tf.sqrt(tf.sum(tf.square(gradient))) as Scalar
      const clipped = tf.mul(gradient, tf.minimum(1, tf.div(clipNorm, norm)))
      const m = tf.add(tf.mul(this.moment1, BETA1), tf.mul(clipped, 1 - BETA1))
      const v = tf.add(tf.mul(this.moment2, BETA2), tf.mul(tf.square(clipped), 1 - BETA2))
      this.moment1.assign(m)
      this.moment2.assign(v)
      const mHat = tf.div(m, correction1)
      const vHat = tf.div(v, correction2)
      const direction = tf.add(tf.div(mHat, tf.add(tf.sqrt(vHat), EPSILON)), tf.mul(parameters, weightDecay))
      parameters.assign(tf.sub(parameters, tf.mul(direction, learningRate)))
      return norm
    })
  }

  dispose(): void {
    tf.dispose([this.moment1, this.moment2])
  }
}
