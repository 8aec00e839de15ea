/**
 * Loads a binding and proves it: two square matrices are multiplied, sampled entries compared with sums computed here in
 * plain JavaScript (float64), and the products timed. Run as a child process, so that a crash takes nothing with it:
 *   node self-test.mjs BINDING [bfloat16]
 * With `bfloat16` it times products of such numbers as well.
 * Prints one line of JSON, a SelfTest (run-self-test.mjs).
 */
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

const binding = createRequire(import.meta.url)(resolve(process.argv[2] ?? ''))
const gpu = binding.isUsingGpuDevice()
/** Large enough to keep the device busy, small enough to be over in a second. */
const size = gpu ? 4096 : 1024
const SAMPLES = 64
/** The best of so many rounds counts: other work on the machine only ever slows one. */
const ROUNDS = 5
const ROUND_SECONDS = 0.1

/** Entries in (-1, 1), the same on every machine: a 32-bit linear congruence (Numerical Recipes). @param {number} seed */
function matrix(seed) {
  let state = seed
  return Float32Array.from({ length: size * size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 31 - 1
  })
}

/** Types of numbers (tensorflow/core/framework/types.proto); the binding knows the first by name only. */
const FLOAT32 = binding.TF_FLOAT
const BFLOAT16 = 14

/** @param {string} name @param {number} value */
const type = (name, value) => ({ name, type: binding.TF_ATTR_TYPE, value })

/** @param {number} id @param {number} from @param {number} to @returns {number} the tensor in another type */
const cast = (id, from, to) => binding.executeOp('Cast', [type('SrcT', from), type('DstT', to)], [id], 1)[0].id

const a = matrix(1)
const b = matrix(2)
const inFloat32 = [a, b].map((values) => binding.createTensor([size, size], FLOAT32, values))

/**
 * @param {readonly number[]} ids of two matrices
 * @param {number} numbers their type
 * @param {number} count
 * @returns {{product: Float32Array, seconds: number}} the last of `count` products
 */
function multiply(ids, numbers, count) {
  const attributes = [
    type('T', numbers),
    { name: 'transpose_a', type: binding.TF_ATTR_BOOL, value: false },
    { name: 'transpose_b', type: binding.TF_ATTR_BOOL, value: false },
  ]
  const start = process.hrtime.bigint()
  let id = 0
  for (let i = 0; i < count; i++) {
    if (i > 0) binding.deleteTensor(id)
    id = binding.executeOp('MatMul', attributes, ids, 1)[0].id
  }
  // Reading waits for the device.
  const product = binding.tensorDataSync(numbers === FLOAT32 ? id : cast(id, numbers, FLOAT32))
  binding.deleteTensor(id)
  return { product, seconds: Number(process.hrtime.bigint() - start) / 1e9 }
}

/** @param {readonly number[]} ids @param {number} numbers @returns {{product: Float32Array, gflops: number}} */
function measure(ids, numbers) {
  multiply(ids, numbers, 2)
  const { product, seconds: once } = multiply(ids, numbers, 1)
  const count = Math.max(2, Math.ceil(ROUND_SECONDS / once))
  const seconds = Math.min(...Array.from({ length: ROUNDS }, () => multiply(ids, numbers, count).seconds))
  return { product, gflops: (2 * size ** 3 * count) / seconds / 1e9 }
}

/** Largest error of the sampled entries, relative to the largest sampled entry. @param {Float32Array} product */
function worstError(product) {
  let worst = 0
  let largest = 0
  for (let sample = 0; sample < SAMPLES; sample++) {
    const row = (sample * 389) % size
    const column = (sample * 743 + 11) % size
    let right = 0
    for (let k = 0; k < size; k++) right += (a[row * size + k] ?? 0) * (b[k * size + column] ?? 0)
    worst = Math.max(worst, Math.abs(right - (product[row * size + column] ?? NaN)))
    largest = Math.max(largest, Math.abs(right))
    if (Number.isNaN(worst)) return Infinity
  }
  return worst / largest
}

const { product, gflops } = measure(inFloat32, FLOAT32)
const inBfloat16 = () => inFloat32.map((id) => cast(id, FLOAT32, BFLOAT16))
const bfloat16Gflops = process.argv[3] === 'bfloat16' ? measure(inBfloat16(), BFLOAT16).gflops : null
console.log(
  JSON.stringify({ gpu, size, error: worstError(product), gflops, bfloat16Gflops, tensorflow: binding.TF_Version }),
)
