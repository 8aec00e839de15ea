/** Numbers that are added to at the end, in one array that doubles when it is full. */
export class Growing {
  #array = new Float64Array(0)
  #length = 0

  get length(): number {
    return this.#length
  }

  /** The newest value, or null. */
  get last(): number | null {
    return this.#length > 0 ? this.#array[this.#length - 1]! : null
  }

  /** Bytes held. */
  get bytes(): number {
    return this.#array.byteLength
  }

  append(values: ArrayLike<number>): void {
    const length = this.#length + values.length
    if (length > this.#array.length) {
      const larger = new Float64Array(this.#length === 0 ? length : Math.max(length, 2 * this.#array.length))
      larger.set(this.#array.subarray(0, this.#length))
      this.#array = larger
    }
    this.#array.set(values, this.#length)
    this.#length = length
  }

  /** What there is now; float64 [length], a view. */
  view(): Float64Array {
    return this.#array.subarray(0, this.#length)
  }
}
