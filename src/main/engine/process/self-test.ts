import { Random } from '../../../shared/random/philox'
import { streams } from '../../../shared/random/streams'
import { tf } from '../backends/tf'

/** Products timed after one to warm up; the fastest counts. */
const REPEATS = 5
/** Entries of the product that are computed again in plain JavaScript. */
const SAMPLES = 256

/**
 * Multiplies two random square matrices: is the backend right, and how fast is it?
 * @param size side of the matrices
 * @returns GFLOP/s, and the largest error over the sampled entries, relative to Σ |a||b| of the entry (the scale of its rounding)
 */
export async function selfTest(size: number): Promise<{ gflops: number; error: number }> {
  const random = new Random(0, streams.initialWeights)
  const draw = (): Float32Array => Float32Array.from({ length: size * size }, () => random.uint32() / 2 ** 32 - 0.5)
  const [a, b] = [draw(), draw()]
  const [left, right] = [tf.tensor2d(a, [size, size]), tf.tensor2d(b, [size, size])]
  let fastest = Infinity
  let product = new Float32Array()
  try {
    for (let i = 0; i <= REPEATS; i++) {
      const began = performance.now()
      const result = tf.matMul(left, right)
      // Reading one entry waits for a device that works in the background; reading all would time the copy.
      const corner = tf.slice(result, [0, 0], [1, 1])
      await corner.data()
      if (i > 0) fastest = Math.min(fastest, performance.now() - began)
      corner.dispose()
      if (i === REPEATS) product = (await result.data()) as Float32Array<ArrayBuffer>
      result.dispose()
    }
  } finally {
    left.dispose()
    right.dispose()
  }
  return { gflops: (2 * size ** 3) / (fastest * 1e6), error: largestError(a, b, product, size, random) }
}

function largestError(a: Float32Array, b: Float32Array, product: Float32Array, size: number, random: Random): number {
  let worst = 0
  for (let sample = 0; sample < SAMPLES; sample++) {
    const row = random.below(size)
    const column = random.below(size)
    let sum = 0
    let scale = 0
    for (let k = 0; k < size; k++) {
      const term = a[row * size + k]! * b[k * size + column]!
      sum += term
      scale += Math.abs(term)
    }
    const error = Math.abs(product[row * size + column]! - sum) / scale
    // NaN compares false with everything: it must not pass as no error.
    if (!(error <= worst)) worst = Number.isNaN(error) ? Infinity : error
  }
  return worst
}
