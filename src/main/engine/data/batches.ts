import { type Tensor1D, type Tensor4D, tf } from '../backends/tf'
import type { OpenDataSet } from './open'

/** Added to the standard deviation, as in the paper's regime: a constant channel becomes 0. */
const STD_EPSILON = 1e-6

/** A batch of B images as tensors; whoever asked for it disposes both. */
export interface Batch {
  /** float32 [B, H, W, C], standardised. */
  readonly images: Tensor4D
  /** int32 [B]. */
  readonly labels: Tensor1D
}

/**
 * Turns uint8 pixels into standardised float32: (x / 255 − mean) / (std + 1e-6).
 * There are only 256 values a channel, so each is computed once, in double precision, and then looked up.
 */
export class Standardiser {
  /** One table of 256 values per channel. */
  readonly #tables: readonly Float32Array[]

  constructor(mean: readonly number[], std: readonly number[]) {
    this.#tables = mean.map((m, channel) =>
      Float32Array.from({ length: 256 }, (_, x) => (x / 255 - m) / (std[channel]! + STD_EPSILON)),
    )
  }

  /** Writes `pixels` (channels last) into the start of `target`, which is at least as long. */
  apply(pixels: Uint8Array, target: Float32Array): void {
    const channels = this.#tables.length
    for (let channel = 0; channel < channels; channel++) {
      const table = this.#tables[channel]!
      for (let i = channel; i < pixels.length; i += channels) target[i] = table[pixels[i]!]!
    }
  }
}

/**
 * Makes batches of a data set. Its two buffers are used again for every batch: the tensors of one batch must have been
 * used (and so copied by the backend) or disposed before the next is made.
 */
export class BatchMaker {
  readonly #dataSet: OpenDataSet
  readonly #standardiser: Standardiser
  readonly #imageSize: number
  #pixels = new Uint8Array(0)
  #values = new Float32Array(0)

  constructor(dataSet: OpenDataSet) {
    const { height, width, channels, mean, std } = dataSet.manifest
    this.#dataSet = dataSet
    this.#standardiser = new Standardiser(mean, std)
    this.#imageSize = height * width * channels
  }

  /** The images with these ids, in this order. @throws LabError when the images file cannot be read. */
  make(ids: Uint32Array): Batch {
    this.#reserve(ids.length)
    const pixels = this.#pixels.subarray(0, ids.length * this.#imageSize)
    ids.forEach((id, i) => this.#dataSet.copyImage(id, pixels, i * this.#imageSize))
    const labels = Int32Array.from(ids, (id) => this.#dataSet.labels[id]!)
    return { images: this.#tensor(pixels, ids.length), labels: tf.tensor1d(labels, 'int32') }
  }

  /** Standardised float32 [n, H, W, C] of n raw images, uint8 [n · H · W · C]. */
  fromPixels(pixels: Uint8Array): Tensor4D {
    const images = pixels.length / this.#imageSize
    this.#reserve(images)
    return this.#tensor(pixels, images)
  }

  #tensor(pixels: Uint8Array, images: number): Tensor4D {
    const { height, width, channels } = this.#dataSet.manifest
    const values = this.#values.subarray(0, pixels.length)
    this.#standardiser.apply(pixels, values)
    return tf.tensor4d(values, [images, height, width, channels])
  }

  #reserve(images: number): void {
    if (this.#values.length >= images * this.#imageSize) return
    this.#pixels = new Uint8Array(images * this.#imageSize)
    this.#values = new Float32Array(images * this.#imageSize)
  }
}
