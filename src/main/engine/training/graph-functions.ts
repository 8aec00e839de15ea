import type { InputShape } from '../../../shared/experiment/family'
import { microBatches } from '../../../shared/experiment/lanes'
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import { BatchedFunction, type KeptFunction, madeImages } from '../capture/batched-function'
import { Composer, type Made } from '../capture/composer'
import { definable } from '../capture/function-def'
import { type DataType, type Recording, TF_FLOAT, TF_INT32 } from '../capture/recording'
import { carryNames } from '../models/carry'
import type { Carry } from '../models/model'
import type { ModelFunctions, TrainingBatch } from './model-functions'
import type { ModelState } from './model-state'

/**
 * What is recorded: the state a batch starts from, one segment's gradient (the last one's apart where there is an ACT head),
 * the update of the parameters, prediction, and prediction with the logits of each segment.
 */
export type RecordedName = 'start' | 'gradient' | 'last-gradient' | 'update' | 'predict' | 'observe'

/**
 * What is called: a batch's whole training, one segment of it (the last apart where there is an ACT head), prediction, and
 * that with its segments.
 */
export type FunctionName = 'train' | 'segment' | 'last-segment' | 'predict' | 'observe'

type GradientName = Extract<RecordedName, 'gradient' | 'last-gradient'>

/** A batch of a function that trains, and its micro-batches. */
interface Parts {
  readonly images: Made
  readonly labels: Made
  readonly sizes: readonly number[]
  readonly of: Splitter
}

/**
 * The functions of a model as graphs. The pieces are recorded from model code at a few images; a batch of any size is put
 * together from them: of the gradients of its micro-batches, and one update.
 */
export class GraphFunctions {
  readonly #state: ModelState
  readonly #functions: ModelFunctions
  readonly #input: InputShape
  readonly #lanes: number
  readonly #kept: ((name: RecordedName) => KeptFunction) | null
  readonly #made = new Map<RecordedName, BatchedFunction>()
  #carryNames: readonly string[] | null = null

  /**
   * @param lanes micro-batches that are computed side by side (shared/experiment/lanes.ts); 1 where images of a batch are mixed
   * @param kept where a function's recordings may be from an earlier start
   */
  constructor(
    state: ModelState,
    functions: ModelFunctions,
    input: InputShape,
    lanes = 1,
    kept: ((name: RecordedName) => KeptFunction) | null = null,
  ) {
    this.#state = state
    this.#functions = functions
    this.#input = input
    this.#lanes = lanes
    this.#kept = kept
  }

  /** The function at `batch` images. What it is made of is recorded when it is first needed. */
  get(name: FunctionName, batch: number): Recording {
    if (name === 'train') return this.#train(batch)
    if (name === 'predict' || name === 'observe') return this.#predicted(name, batch)
    return this.#segment(name === 'segment' ? 'gradient' : 'last-gradient', batch)
  }

  /** The function that trains a segment, from 0. */
  segmentName(segment: number): 'segment' | 'last-segment' {
    return this.#gradientName(segment) === 'gradient' ? 'segment' : 'last-segment'
  }

  /** Names of what a carry holds, in the order of `segment`'s inputs and outputs. */
  carryNames(): readonly string[] {
    return (this.#carryNames ??= carryNames(this.#state.model, this.#state.values()))
  }

  /** images, labels, and for each segment rates [3] and with dropout a mask [B,width] → numbers [M,3] */
  #train(batch: number): Recording {
    const composer = this.#composer()
    const parts = this.#parts(composer, batch)
    let carries = parts.sizes.map((size, i) => composer.call(this.#at('start', size), [parts.of(parts.labels, 1, i)]))
    const numbers = Array.from({ length: this.#state.model.segmentsTrain }, (_, segment) => {
      const update = this.#updateInputs(composer, batch)
      const trained = this.#trainSegment(composer, parts, this.#gradientName(segment), update, carries)
      carries = trained.carries
      return trained.numbers
    })
    return composer.recording([composer.stack(numbers)])
  }

  /** images, labels, rates [3], with dropout a mask [B,width], the carry → numbers [3], the next carry, logits, gradient */
  #segment(name: GradientName, batch: number): Recording {
    const composer = this.#composer()
    const parts = this.#parts(composer, batch)
    const update = this.#updateInputs(composer, batch)
    const names = this.carryNames()
    const specifications = names.length > 0 ? this.#at('gradient', batch).inputs.slice(-names.length) : []
    const states = specifications.map((state) => ({ made: composer.input(state), rank: state.shape.length }))
    const carries = parts.sizes.map((_, i) => states.map(({ made, rank }) => parts.of(made, rank, i)))
    const trained = this.#trainSegment(composer, parts, name, update, carries)
    const next = states.map((_, k) => composer.concat(trained.carries.map((carry) => carry[k]!)))
    return composer.recording([trained.numbers, ...next, composer.concat(trained.logits), trained.gradient])
  }

  #composer(): Composer {
    return new Composer(this.#state.variables.map(({ dtype, shape }) => ({ type: TYPES[dtype]!, shape })))
  }

  /** What a recorded function gives for micro-batch `i`; it is defined once for all micro-batches of that size. */
  #callPart(composer: Composer, name: RecordedName, sizes: readonly number[], i: number, inputs: Made[]): Made[] {
    const size = sizes[i]!
    const recording = this.#at(name, size)
    if (sizes.length === 1 || !definable(recording)) return composer.call(recording, inputs)
    return composer.callDefined(`${name}-${size}`, recording, inputs)
  }

  /** The images and labels of a function that trains, and how it splits what has a row for each image. */
  #parts(composer: Composer, batch: number): Parts {
    const { inputs } = this.#at('gradient', batch)
    const [images, labels] = [composer.input(inputs[0]!), composer.input(inputs[1]!)]
    const sizes = microBatches(batch, this.#lanes)
    return { images, labels, sizes, of: splitter(composer, sizes) }
  }

  #updateInputs(composer: Composer, batch: number): { rates: Made; mask: Made | null } {
    const rates = composer.input(this.#at('update', batch).inputs[1]!)
    const mask = this.#state.model.dropout ? composer.input(this.#at('gradient', batch).inputs[2]!) : null
    return { rates, mask }
  }

  /** Gradients of all micro-batches, and the update by their mean. @param carries of each micro-batch */
  #trainSegment(
    composer: Composer,
    { images, labels, sizes, of }: Parts,
    name: GradientName,
    { rates, mask }: { rates: Made; mask: Made | null },
    carries: readonly (readonly Made[])[],
  ): { numbers: Made; logits: Made[]; gradient: Made; carries: Made[][] } {
    const done: Made[][] = []
    sizes.forEach((_, i) => {
      const before = done[i - this.#lanes]?.[GRADIENT] ?? null
      const masks = mask ? [of(mask, 2, i)] : []
      const inputs = [of(images, 4, i, before), of(labels, 1, i), ...masks, ...carries[i]!]
      done.push(this.#callPart(composer, name, sizes, i, inputs))
    })
    const all = (output: number): Made[] => done.map((outputs) => outputs[output]!)
    const gradient = composer.mean(all(GRADIENT), sizes)
    const [norm] = composer.call(this.#at('update', sizes[0]!), [gradient, rates]) as [Made]
    return {
      numbers: composer.stack([composer.mean(all(LOSS), sizes), norm, composer.sum(all(CORRECT))]),
      logits: all(LOGITS),
      gradient,
      carries: done.map((outputs) => outputs.slice(CARRY)),
    }
  }

  /** predict: images, labels → probabilities [B,K], summed loss. observe: images → logits [B,K] of each segment. */
  #predicted(name: 'predict' | 'observe', batch: number): Recording {
    const composer = this.#composer()
    const inputs = this.#at(name, batch).inputs.map((input) => ({
      made: composer.input(input),
      rank: input.shape.length,
    }))
    const sizes = microBatches(batch, this.#lanes)
    const of = splitter(composer, sizes)
    const done: Made[][] = []
    sizes.forEach((_, i) => {
      const before = done[i - this.#lanes]?.[0] ?? null
      const rows = inputs.map(({ made, rank }) => of(made, rank, i, before))
      done.push(this.#callPart(composer, name, sizes, i, rows))
    })
    const all = (output: number): Made[] => done.map((outputs) => outputs[output]!)
    if (name === 'predict') return composer.recording([composer.concat(all(0)), composer.sum(all(1))])
    return composer.recording(done[0]!.map((_, segment) => composer.concat(all(segment))))
  }

  #gradientName(segment: number): GradientName {
    const { segmentsTrain, halts } = this.#state.model
    return halts && segment === segmentsTrain - 1 ? 'last-gradient' : 'gradient'
  }

  /** A recorded function at a size. */
  #at(name: RecordedName, batch: number): Recording {
    let made = this.#made.get(name)
    if (!made) {
      const [run, makeInputs] = this.#define(name)
      made = new BatchedFunction(run, makeInputs, this.#state.variables, this.#kept?.(name) ?? null)
      this.#made.set(name, made)
    }
    return made.at(batch)
  }

  #define(name: RecordedName): [run: (...inputs: Tensor[]) => Tensor[], makeInputs: (batch: number) => Tensor[]] {
    switch (name) {
      case 'start':
        return [this.#start, (batch) => this.#madeBatch(batch).slice(1)]
      case 'predict':
        return [this.#predict, (batch) => this.#madeBatch(batch)]
      case 'observe':
        return [this.#observe, (batch) => this.#madeBatch(batch).slice(0, 1)]
      case 'update':
        return [this.#update, (batch) => this.#madeUpdate(batch)]
      default:
        return [this.#gradient(name === 'last-gradient'), (batch) => this.#madeSegment(batch)]
    }
  }

  /** labels → the carry */
  readonly #start = (labels: Tensor): Tensor[] => {
    const carry = this.#functions.start(labels.size)
    return this.carryNames().map((name) => carry[name]!)
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

  /** gradient [P], rates [3] → its norm */
  readonly #update = (gradient: Tensor, rates?: Tensor): Tensor[] => [
    this.#functions.update(gradient as Tensor1D, rates as Tensor1D),
  ]

  /** images, labels, with dropout a mask [B,width], the carry → loss, right answers, logits, gradient, the next carry */
  #gradient(last: boolean): (...inputs: Tensor[]) => Tensor[] {
    return (images, labels, ...rest) => {
      const mask = this.#state.model.dropout ? (rest.shift() as Tensor2D) : null
      const carry: Carry = Object.fromEntries(this.carryNames().map((name, i) => [name, rest[i]!]))
      const made = this.#functions.gradient(carry, last, asBatch(images!, labels!), mask)
      const next = this.carryNames().map((name) => made.carry[name]!)
      return [made.loss, made.correct, made.logits, made.gradient, ...next]
    }
  }

  /** Made-up images and labels, other ones for each batch size. */
  #madeBatch(batch: number): Tensor[] {
    const labels = Int32Array.from({ length: batch }, (_, i) => (i + batch) % this.#input.classes)
    return [madeImages(batch, this.#input), tf.tensor1d(labels, 'int32')]
  }

  #madeUpdate(batch: number): Tensor[] {
    const gradient = tf.sin(tf.mul(tf.range(0, this.#state.model.parameters.count), 0.7 + batch))
    return [gradient, tf.tensor1d([1e-6 * (1 + batch), 0.1 * batch, 0.01 * batch])]
  }

  #madeSegment(batch: number): Tensor[] {
    const { dropout } = this.#state.model
    const mask = dropout ? [tf.reshape(tf.sin(tf.range(0, batch * dropout.width)), [batch, dropout.width])] : []
    const carry = this.#functions.start(batch)
    // Copies: two inputs that are one tensor could not be told apart.
    const states = this.carryNames().map((name, i) => tf.add(carry[name]!, 1e-3 * (i + batch)))
    return [...this.#madeBatch(batch), ...mask, ...states]
  }
}

/** TensorFlow's types of variables. */
const TYPES: Readonly<Record<string, DataType>> = { float32: TF_FLOAT, int32: TF_INT32 }

/** Places among the outputs of `gradient`. */
const [LOSS, CORRECT, LOGITS, GRADIENT, CARRY] = [0, 1, 2, 3, 4]

/** Gives the rows of a tensor that belong to micro-batch `i`; `after`: what must have been computed before. */
type Splitter = (tensor: Made, rank: number, i: number, after?: Made | null) => Made

function splitter(composer: Composer, sizes: readonly number[]): Splitter {
  const from = sizes.map((_, i) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0))
  return (tensor, rank, i, after = null) =>
    sizes.length === 1 ? tensor : composer.rows(tensor, rank, from[i]!, sizes[i]!, after)
}

const asBatch = (images: Tensor, labels: Tensor): TrainingBatch => ({
  images: images as Tensor4D,
  labels: labels as Tensor1D,
})
