/**
 * Philox4x32-10, a counter-based random generator: the only source of randomness in the lab.
 *
 * A block of four 32-bit words is a pure function of (key, counter), so a generator's whole state is its key, its counter
 * and its place in the block: it is small enough for every checkpoint, and resuming is exact.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011.
 */

const M0 = 0xd2511f53
const M1 = 0xcd9e8d57
const W0 = 0x9e3779b9
const W1 = 0xbb67ae85

/** High 32 bits of the 64-bit product of two unsigned 32-bit numbers, in 32-bit operations only: millions are drawn for a model. */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff
  const aHigh = a >>> 16
  const bLow = b & 0xffff
  const bHigh = b >>> 16
  // None of the sums is past 2^32 − 1, so their low 32 bits are all of them.
  const cross1 = (Math.imul(aHigh, bLow) + (Math.imul(aLow, bLow) >>> 16)) | 0
  const cross2 = (Math.imul(aLow, bHigh) + (cross1 & 0xffff)) | 0
  return (Math.imul(aHigh, bHigh) + (cross1 >>> 16) + (cross2 >>> 16)) | 0
}

/** One Philox4x32-10 block into `block`: four 32-bit words from a 128-bit counter and a 64-bit key (words, least significant first). */
function fillBlock(block: Uint32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(M0, c0)
    const high1 = mulHigh(M1, c2)
    const low0 = Math.imul(M0, c0)
    const low1 = Math.imul(M1, c2)
    c0 = high1 ^ c1 ^ k0
    c1 = low1
    c2 = high0 ^ c3 ^ k1
    c3 = low0
    k0 = (k0 + W0) | 0
    k1 = (k1 + W1) | 0
  }
  block[0] = c0
  block[1] = c1
  block[2] = c2
  block[3] = c3
}

/** One Philox4x32-10 block: four 32-bit words from a 128-bit counter and a 64-bit key (words, least significant first). */
export function philoxBlock(
  counter: readonly [number, number, number, number],
  key: readonly [number, number],
): Uint32Array {
  const block = new Uint32Array(4)
  fillBlock(block, ...counter, ...key)
  return block
}

/** What a checkpoint keeps of a generator. `position` is the index of the next 32-bit word of the stream. */
export interface RandomState {
  readonly seed: number
  readonly stream: number
  readonly position: number
}

/**
 * A stream of random numbers, fixed by a seed (0 … 2^32 − 1) and a stream number (0 … 2^32 − 1).
 * Two streams of one seed are independent: one for the initial weights, one for each epoch's order, and so on.
 * @throws RangeError when seed or stream is not an unsigned 32-bit integer.
 */
export class Random {
  readonly #seed: number
  readonly #stream: number
  #position = 0
  readonly #block = new Uint32Array(4)
  #blockIndex = -1

  constructor(seed: number, stream = 0) {
    for (const [name, value] of [
      ['seed', seed],
      ['stream', stream],
    ] as const)
      if (!Number.isInteger(value) || value < 0 || value > 0xffffffff)
        throw new RangeError(`${name} must be a whole number from 0 to 4294967295, not ${value}`)
    this.#seed = seed
    this.#stream = stream
  }

  /** Goes on exactly where `state` was taken. */
  static from(state: RandomState): Random {
    const random = new Random(state.seed, state.stream)
    random.#position = state.position
    return random
  }

  /** The state after everything drawn so far. */
  state(): RandomState {
    return { seed: this.#seed, stream: this.#stream, position: this.#position }
  }

  /** A uniform unsigned 32-bit integer. */
  uint32(): number {
    const index = Math.floor(this.#position / 4)
    if (index !== this.#blockIndex) {
      fillBlock(this.#block, index >>> 0, Math.floor(index / 2 ** 32), 0, 0, this.#seed, this.#stream)
      this.#blockIndex = index
    }
    return this.#block[this.#position++ % 4]!
  }

  /** A uniform number in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.uint32() >>> 5
    const low = this.uint32() >>> 6
    return (high * 2 ** 26 + low) / 2 ** 53
  }

  /** A uniform integer in [0, n), without modulo bias. n: 1 … 2^32. */
  below(n: number): number {
    const limit = Math.floor(2 ** 32 / n) * n
    for (;;) {
      const word = this.uint32()
      if (word < limit) return word % n
    }
  }

  /** A standard normal number (Box and Muller 1958; one of the pair is used, so the stream stays simple to resume). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    return radius * Math.cos(2 * Math.PI * this.uniform())
  }

  /** A standard normal number cut at ±2 by rejection; its standard deviation is 0.87962566103423978. */
  truncatedNormal(): number {
    for (;;) {
      const value = this.normal()
      if (Math.abs(value) <= 2) return value
    }
  }

  /** Shuffles in place (Fisher and Yates, Durstenfeld's form) and returns the same array. */
  shuffle<T extends { [index: number]: unknown; length: number }>(items: T): T {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const kept = items[i]
      items[i] = items[j]
      items[j] = kept
    }
    return items
  }
}
