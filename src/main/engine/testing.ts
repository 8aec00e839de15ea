/** Helpers of the engine's tests. */
import { Random } from '../../shared/random/philox'
import { type Tensor, tf } from './backends/tf'

/** Standard normal numbers of one seed, one tensor after another. */
export function randomTensors(seed: number): (...shape: number[]) => Tensor {
  const random = new Random(seed, 0)
  return (...shape) => {
    const size = shape.reduce((product, side) => product * side, 1)
    return tf.tensor(
      Float32Array.from({ length: size }, () => random.normal()),
      shape,
    )
  }
}

/** Largest difference relative to the largest magnitude of `expected`; infinite where a number is not finite. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity
  let difference = 0
  let largest = 0
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!)
    if (!Number.isFinite(error)) return Infinity
    difference = Math.max(difference, error)
    largest = Math.max(largest, Math.abs(expected[i]!))
  }
  return difference === 0 ? 0 : difference / largest
}
