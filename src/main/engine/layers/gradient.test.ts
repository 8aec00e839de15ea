import { beforeAll, expect, it } from 'vitest'
import { loadBackend } from '../backends/load'
import { type Scalar, type Tensor, tf } from '../backends/tf'
import { valueAndGradients, withGradient, withoutGradient } from './gradient'

beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
})

it('withoutGradient makes a constant of everything computed in it', () => {
  const x = tf.scalar(3)
  // d/dx (x · stop(x²)) = stop(x²) = 9; without the stop it would be 27.
  const { gradients } = valueAndGradients(
    () => ({
      loss: tf.mul(
        x,
        withoutGradient(() => tf.square(x)),
      ) as Scalar,
      aux: {},
    }),
    [x],
  )
  expect(gradients[0]!.dataSync()[0]).toBe(9)
})

it('frees everything but its results, and leaves tensors of others alone', () => {
  const x = tf.scalar(3)
  const before = tf.memory().numTensors
  tf.tidy(() => {
    const { aux, gradients } = valueAndGradients(() => {
      const given = withoutGradient(() => ({ x, twice: tf.mul(x, 2) }))
      return { loss: tf.mul(x, given.twice) as Scalar, aux: given }
    }, [x])
    expect(aux.twice.dataSync()[0]).toBe(6)
    expect(gradients[0]!.dataSync()[0]).toBe(6)
  })
  expect(tf.memory().numTensors).toBe(before)
  expect(x.dataSync()[0]).toBe(3)
})

it('withGradient uses the gradient it is given, and frees its intermediates', () => {
  const tripled = withGradient(
    (save, x: Tensor) => {
      save([x])
      return tf.mul(x, 3)
    },
    (dy, [x]) => [tf.mul(tf.mul(dy, 100), x!)],
  )
  const x = tf.scalar(2)
  const before = tf.memory().numTensors
  const gradient = tf.grad((x: Tensor) => tripled(x))(x)
  expect(gradient.dataSync()[0]).toBe(200)
  expect(tf.memory().numTensors).toBe(before + 1)
})

it('fails when the loss does not depend on a tensor', () => {
  const [x, y] = [tf.scalar(1), tf.scalar(2)]
  expect(() => valueAndGradients(() => ({ loss: tf.square(x) as Scalar, aux: {} }), [x, y])).toThrow(/gradient/)
})
