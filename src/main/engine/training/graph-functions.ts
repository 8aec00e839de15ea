import type { InputShape } from '../../../shared/experiment/family'
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import { BatchedFunction, type KeptFunction } from '../capture/batched-function'
import type { Carry } from '../models/model'
import type { ModelFunctions, TrainingBatch } from './model-functions'
import type { ModelState } from './model-state'

/**
 * Functions a graph is made of: a batch's whole training, prediction, and the same in pieces with everything on the way,
 * for golden vectors.
 */
export type FunctionName = 'train' | 'predict' | `segment${number}` | 'observe'

/** The functions of a model in the form that can be recorded: tensors in, tensors out. */
export class GraphFunctions {
  readonly #state: ModelState
  readonly #functions: ModelFunctions
  readonly #input: InputShape
  readonly #kept: ((name: FunctionName) => KeptFunction) | null
  readonly #made = new Map<FunctionName, BatchedFunction>()

  /** @param kept where a function's recordings may be from an earlier start */
  constructor(
    state: ModelState,
    functions: ModelFunctions,
    input: InputShape,
    kept: ((name: FunctionName) => KeptFunction) | null = null,
  ) {
    this.#state = state
    this.#functions = functions
    this.#input = input
    this.#kept = kept
  }

  /** The function, recorded when it is first asked for a size. */
  get(name: FunctionName): BatchedFunction {
    const known = this.#made.get(name)
    if (known) return known
    const [run, makeInputs] = this.#define(name)
    const made = new BatchedFunction(run, makeInputs, this.#state.variables, this.#kept?.(name) ?? null)
    this.#made.set(name, made)
    return made
  }

  /** Names of what a carry holds, in the order of `segment`'s inputs and outputs. */
  carryNames(): string[] {
    return tf.tidy(() => Object.keys(this.#functions.start(1)).sort() as never) as string[]
  }

  #define(name: FunctionName): [run: (...inputs: Tensor[]) => Tensor[], makeInputs: (batch: number) => Tensor[]] {
    switch (name) {
      case 'predict':
        return [this.#predict, (batch) => this.#madeBatch(batch)]
      case 'observe':
        return [this.#observe, (batch) => this.#madeBatch(batch).slice(0, 1)]
      case 'train':
        return [this.#train, (batch) => [...this.#madeBatch(batch), ...this.#madeUpdates(batch)]]
      default:
        return this.#segment(Number(name.slice('segment'.length)))
    }
  }

  /** images, labels → probabilities [B,K], summed loss */
  readonly #predict = (images: Tensor, labels?: Tensor): Tensor[] =>
    this.#functions.predict(images as Tensor4D, labels as Tensor1D)

  /** images → logits [B,K] of each segment */
  readonly #observe = (images: Tensor): Tensor[] => {
    const logits: Tensor[] = []
    this.#functions.predict(images as Tensor4D, null, (_, trace) => void logits.push(trace.logits))
    return logits
  }

  /** images, labels, rates [M,3], and with dropout masks [M,B,width] → numbers [M,3] */
  readonly #train = (images: Tensor, labels?: Tensor, rates?: Tensor, masks?: Tensor): Tensor[] => {
    const maskOf = masks ? (tf.unstack(masks) as Tensor2D[]) : []
    const updates = (tf.unstack(rates!) as Tensor1D[]).map((rates, m) => ({ rates, mask: maskOf[m] ?? null }))
    return [this.#functions.train(asBatch(images, labels!), updates)]
  }

  /** images, labels, rates [3], with dropout a mask [B,width], the carry → numbers [3], logits, gradient, the next carry */
  #segment(segment: number): [(...inputs: Tensor[]) => Tensor[], (batch: number) => Tensor[]] {
    const names = this.carryNames()
    const { dropout } = this.#state.model
    const run = (images: Tensor, labels: Tensor, rates: Tensor, ...rest: Tensor[]): Tensor[] => {
      const mask = dropout ? (rest.shift() as Tensor2D) : null
      const carry: Carry = Object.fromEntries(names.map((name, i) => [name, rest[i]!]))
      const seen: Tensor[] = []
      const { carry: next, numbers } = this.#functions.trainSegment(
        carry,
        segment,
        asBatch(images, labels),
        { rates: rates as Tensor1D, mask },
        (_, { logits, gradient }) => void seen.push(logits, gradient!),
      )
      return [numbers, ...seen, ...names.map((name) => next[name]!)]
    }
    const makeInputs = (batch: number): Tensor[] => {
      const [rates, masks] = this.#madeUpdates(batch).map((tensor) => tf.unstack(tensor)[0]!)
      const carry = this.#functions.start(batch)
      // Copies: two inputs that are one tensor could not be told apart.
      const states = names.map((name, i) => tf.add(carry[name]!, 1e-3 * (i + batch)))
      return [...this.#madeBatch(batch), rates!, ...(masks ? [masks] : []), ...states]
    }
    return [run as (...inputs: Tensor[]) => Tensor[], makeInputs]
  }

  /** Made-up images and labels, other ones for each batch size. */
  #madeBatch(batch: number): Tensor[] {
    const { height, width, channels, classes } = this.#input
    const images = tf.sin(tf.mul(tf.range(0, batch * height * width * channels), 0.7 + batch))
    const labels = Int32Array.from({ length: batch }, (_, i) => (i + batch) % classes)
    return [tf.reshape(images, [batch, height, width, channels]), tf.tensor1d(labels, 'int32')]
  }

  #madeUpdates(batch: number): Tensor[] {
    const { dropout, segmentsTrain } = this.#state.model
    const segments = Array.from({ length: segmentsTrain }, (_, m) => m)
    const rates = segments.flatMap((m) => [1e-6 * (m + batch), 0.1 * batch, 0.01 * batch])
    const mask = (): Float32Array => Float32Array.from({ length: batch * dropout!.width }, (_, i) => i % 2)
    return updateInputs(batch, rates, dropout ? segments.map(mask) : [])
  }
}

const asBatch = (images: Tensor, labels: Tensor): TrainingBatch => ({
  images: images as Tensor4D,
  labels: labels as Tensor1D,
})

/**
 * What `train` takes beside the batch: rates [M,3], and with dropout masks [M,B,width].
 * @param rates of each segment as AdamW.next gives them, one after the other
 * @param masks of each segment, [B · width]; none without dropout
 */
export function updateInputs(batch: number, rates: readonly number[], masks: readonly Float32Array[]): Tensor[] {
  const all: Tensor[] = [tf.tensor2d([...rates], [rates.length / 3, 3])]
  if (masks.length > 0) all.push(tf.stack(masks.map((mask) => tf.tensor2d(mask, [batch, mask.length / batch]))))
  return all
}
