import { LabError } from '../../../shared/errors'
import type { InputShape } from '../../../shared/experiment/family'
import { type Tensor, type Tensor4D, tf, type Variable } from '../backends/tf'
import { BatchScaling } from './batch-size'
import { record } from './recorder'
import { firstDifference, type Recording } from './recording'
import type { RecordingPair } from './recording-cache'

/**
 * Images in the recordings a function is made of; the third proves that the first two tell all. Not in order of size: a
 * counter baked into the function would go unnoticed.
 */
const RECORDED = [2, 4, 3] as const

/** A function's place among the recordings of earlier starts. */
export interface KeptFunction {
  get(): RecordingPair | null
  put(pair: RecordingPair): void
}

/** Made-up images [B,H,W,C] to record a function with, other ones for each number of them. */
export const madeImages = (batch: number, { height, width, channels }: InputShape): Tensor4D => {
  const values = tf.sin(tf.mul(tf.range(0, batch * height * width * channels), 0.7 + batch))
  return tf.reshape(values, [batch, height, width, channels])
}

/** A function of a batch, recorded at a few images, and from there known at any number of them. */
export class BatchedFunction {
  readonly #run: (...inputs: Tensor[]) => readonly Tensor[]
  readonly #makeInputs: (batch: number) => Tensor[]
  readonly #variables: readonly Variable[]
  readonly #kept: KeptFunction | null
  #recorded: RecordingPair | null = null
  readonly #scaled = new Map<number, Recording>()

  /**
   * @param run what is recorded, as {@link record} takes it
   * @param makeInputs made-up inputs of `batch` images, others for each number; freed here
   * @param variables what `run` reads and assigns
   * @param kept where its recordings may be from an earlier start; null: it is recorded anew
   */
  constructor(
    run: (...inputs: Tensor[]) => readonly Tensor[],
    makeInputs: (batch: number) => Tensor[],
    variables: readonly Variable[],
    kept: KeptFunction | null = null,
  ) {
    this.#run = run
    this.#makeInputs = makeInputs
    this.#variables = variables
    this.#kept = kept
  }

  /** The function at `batch` images. @throws LabError when it cannot be one graph, with the operation that is the reason */
  at(batch: number): Recording {
    let scaled = this.#scaled.get(batch)
    if (!scaled) {
      const scaling = new BatchScaling(RECORDED[0], RECORDED[1])
      this.#recorded ??= this.#kept?.get() ?? this.#recordAll(scaling)
      scaled = scaling.to(batch, ...this.#recorded)
      this.#scaled.set(batch, scaled)
    }
    return scaled
  }

  #recordAll(scaling: BatchScaling): RecordingPair {
    const [first, second, third] = RECORDED.map((batch) => this.#record(batch)) as [Recording, Recording, Recording]
    const difference = firstDifference(scaling.to(RECORDED[2], first, second), third)
    if (difference === null) {
      this.#kept?.put([first, second])
      return [first, second]
    }
    throw new LabError(
      'engine',
      `This model cannot run as one graph: something in its step is not the same each time (${difference}).`,
      'Train it with --mode eager.',
    )
  }

  #record(batch: number): Recording {
    const inputs = tf.tidy(() => this.#makeInputs(batch))
    try {
      return record(this.#run, inputs, this.#variables)
    } finally {
      tf.dispose(inputs)
    }
  }
}
