/** Values of a block: few enough to look at one by one, many enough that blocks are few. */
const BLOCK = 128

/** Where the lowest and highest finite values of a range are, the first of equals; −1 where there is none. */
export interface RangeExtremes {
  readonly low: number
  readonly high: number
  /** Finite values in the range. */
  readonly finite: number
}

/** Looks at every value from … to (exclusive). */
export function scanExtremes(y: ArrayLike<number>, from: number, to: number): RangeExtremes {
  let low = -1
  let high = -1
  let finite = 0
  let lowest = Infinity
  let highest = -Infinity
  for (let i = from; i < to; i++) {
    const value = y[i]!
    // 0 for finite numbers and NaN for others; cheaper than isFinite, a million times.
    if (value - value !== 0) continue
    finite++
    if (value < lowest) {
      lowest = value
      low = i
    }
    if (value > highest) {
      highest = value
      high = i
    }
  }
  return { low, high, finite }
}

/**
 * The extremes of every block of a column that is only added to, so that those of any range need two scans of less than a
 * block and one look at each block between. The same answers as {@link scanExtremes}.
 */
export class ExtremesIndex {
  #low = new Int32Array(0)
  #high = new Int32Array(0)
  #finite = new Int32Array(0)
  #blocks = 0

  /** Takes in the whole blocks that were added to the column since the last time. */
  grow(y: ArrayLike<number>): void {
    const blocks = Math.floor(y.length / BLOCK)
    if (blocks > this.#low.length) {
      const room = Math.max(blocks, 2 * this.#low.length)
      const larger = (old: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> => {
        const grown = new Int32Array(room)
        grown.set(old)
        return grown
      }
      this.#low = larger(this.#low)
      this.#high = larger(this.#high)
      this.#finite = larger(this.#finite)
    }
    for (; this.#blocks < blocks; this.#blocks++) {
      const { low, high, finite } = scanExtremes(y, this.#blocks * BLOCK, (this.#blocks + 1) * BLOCK)
      this.#low[this.#blocks] = low
      this.#high[this.#blocks] = high
      this.#finite[this.#blocks] = finite
    }
  }

  /** Extremes of the column's values from … to (exclusive). */
  within(y: ArrayLike<number>, from: number, to: number): RangeExtremes {
    const first = Math.ceil(from / BLOCK)
    const end = Math.min(Math.floor(to / BLOCK), this.#blocks)
    if (first >= end) return scanExtremes(y, from, to)
    let { low, high, finite } = scanExtremes(y, from, first * BLOCK)
    const take = (otherLow: number, otherHigh: number, count: number): void => {
      finite += count
      if (otherLow >= 0 && (low < 0 || y[otherLow]! < y[low]!)) low = otherLow
      if (otherHigh >= 0 && (high < 0 || y[otherHigh]! > y[high]!)) high = otherHigh
    }
    for (let block = first; block < end; block++) {
      take(this.#low[block]!, this.#high[block]!, this.#finite[block]!)
    }
    const rest = scanExtremes(y, end * BLOCK, to)
    take(rest.low, rest.high, rest.finite)
    return { low, high, finite }
  }
}
