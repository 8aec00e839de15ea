import { Random, type RandomState } from '../../../shared/random/philox'
import { streams } from '../../../shared/random/streams'

/**
 * Which images are trained in which order: a pure function of the seed, the epoch and the training part, so a checkpoint
 * needs no list of ids, only the position.
 *
 * With a limit only the first so many images of one seeded permutation are used, the same ones in every epoch.
 */
export class TrainingOrder {
  readonly #seed: number
  /** Ids trained on, ascending. */
  readonly #ids: Uint32Array
  readonly #batch: number

  /**
   * @param ids the training part
   * @param limit train on so many of them; null: on all
   * @param batch images a batch; an epoch's last batch may be smaller
   */
  constructor(ids: Uint32Array, limit: number | null, batch: number, seed: number) {
    this.#seed = seed
    this.#batch = batch
    this.#ids =
      limit === null || limit >= ids.length
        ? ids
        : new Random(seed, streams.trainLimit).shuffle(ids.slice()).slice(0, limit).sort()
  }

  /** Images in an epoch. */
  get images(): number {
    return this.#ids.length
  }

  get batchesPerEpoch(): number {
    return Math.ceil(this.#ids.length / this.#batch)
  }

  /** The ids of `epoch` (from 0), in training order. */
  epoch(epoch: number): Uint32Array {
    return Random.from(this.randomState(epoch)).shuffle(this.#ids.slice())
  }

  /** Ids of batch `index` within an epoch's order. */
  batch(order: Uint32Array, index: number): Uint32Array {
    return order.subarray(index * this.#batch, (index + 1) * this.#batch)
  }

  /** The generator's state as `epoch` begins: what a checkpoint keeps. */
  randomState(epoch: number): RandomState {
    return { seed: this.#seed, stream: streams.epochOrder + epoch, position: 0 }
  }
}
