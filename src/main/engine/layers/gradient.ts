import { type Scalar, type Tensor, type TensorContainer, tf } from '../backends/tf'

/**
 * Lets tensors out of inner scopes: those given to `escape` while `run` runs belong to the caller's scope in the end.
 * Clones of them, which share their data, so that whoever owns the originals goes on owning them.
 */
export function handOver<T extends TensorContainer>(run: (escape: (value: T) => void) => void): T {
  let escaped!: T
  run((value) => {
    escaped = cloneAll(value)
    tf.tensor_util.getTensorsInContainer(escaped).forEach((tensor) => tf.keep(tensor))
  })
  const owned = cloneAll(escaped)
  tf.dispose(escaped)
  return owned
}

function cloneAll<T extends TensorContainer>(value: T): T {
  if (value instanceof tf.Tensor) return tf.clone(value) as unknown as T
  if (Array.isArray(value)) return value.map(cloneAll) as unknown as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cloneAll(inner as TensorContainer)])) as T
}

/**
 * Runs `f` so that nothing in it is recorded: for gradients its result is a constant (stop_gradient over a whole piece of
 * code). Its intermediates are freed at its end.
 */
export function withoutGradient<T extends TensorContainer>(f: () => T): T {
  // A custom gradient's forward is not recorded, and one without inputs leads nowhere backward.
  return handOver<T>((escape) => {
    const run = tf.customGrad(() => {
      escape(f())
      return { value: tf.scalar(0), gradFunc: () => [] }
    })
    run().dispose()
  })
}

/**
 * The loss of `f`, its gradients by each of `by`, and what else `f` gives along (not differentiated).
 * @throws Error when the loss does not depend on one of `by`
 */
export function valueAndGradients<Aux extends TensorContainer>(
  f: () => { loss: Scalar; aux: Aux },
  by: Tensor[],
): { loss: Scalar; gradients: Tensor[]; aux: Aux } {
  let loss!: Scalar
  let gradients!: Tensor[]
  const aux = handOver<Aux>((escape) => {
    const { value, grads } = tf.valueAndGrads(() => {
      const result = f()
      escape(result.aux)
      return result.loss
    })(by)
    loss = value as Scalar
    gradients = grads
  })
  return { loss, gradients, aux }
}

type Save = (tensors: Tensor[]) => void

/**
 * A function of tensors with a gradient written by hand.
 * @param forward gives the value, and saves what `backward` needs
 * @param backward from the value's gradient and what was saved, the gradients by each input in order
 */
export function withGradient<Inputs extends Tensor[]>(
  forward: (save: Save, ...inputs: Inputs) => Tensor,
  backward: (dy: Tensor, saved: Tensor[]) => Tensor[],
): (...inputs: Inputs) => Tensor {
  const custom = tf.customGrad((...args) => {
    const save = args.pop() as unknown as Save
    return {
      value: forward(save, ...(args as unknown as Inputs)),
      // tfjs frees a gradient function's intermediates only at the end of the whole backward pass.
      gradFunc: (dy: Tensor, saved: Tensor[]) => tf.tidy(() => backward(dy, saved)),
    }
  })
  return (...inputs) => custom(...inputs)
}
