import type { TrainingConfiguration } from '../../../shared/experiment/configuration'
import type { InputShape } from '../../../shared/experiment/family'
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import { xlaCache } from '../backends/xla-cache'
import type { KeptFunction } from '../capture/batched-function'
import { lowered, type Lowering } from '../capture/lower'
import type { Recording } from '../capture/recording'
import { GraphSession } from '../capture/session'
import type { Model } from '../models/model'
import { type FunctionName, GraphFunctions, type RecordedName } from './graph-functions'
import type { BatchPrediction, Learner, NamedTensor, SegmentResult } from './learner'
import { ModelFunctions, type Observe } from './model-functions'
import { ModelState } from './model-state'

/** How a {@link GraphLearner} runs its graphs. */
export interface GraphOptions {
  /** Compile what trains as a whole. */
  readonly xla: boolean
  /** Micro-batches that are computed side by side; left out: batches are not split. */
  readonly lanes?: number
  /** All segments of a batch are one call, where what passes between calls would go a long way: to a GPU and back. */
  readonly wholeBatches?: boolean
  /** Where a function's recordings may be from an earlier start. */
  readonly kept?: ((name: RecordedName) => KeptFunction) | null
}

/** Functions that are loaded, with their own copy of the variables. */
interface Loaded {
  readonly session: GraphSession
  /** Whether they change variables. */
  readonly trains: boolean
  /** What XLA compiles at its next call. */
  readonly uncompiled: Set<string>
  /** Of the values it has. */
  version: number
}

/** Of values that were never set. */
const NEVER = -1

/**
 * Trains and evaluates any {@link Model} by graphs: a segment of a batch, or all, is one call of TensorFlow. Each function
 * is recorded from the same code that ModelLearner runs operation by operation; model code knows nothing of it.
 */
export class GraphLearner implements Learner {
  readonly #state: ModelState
  readonly #functions: ModelFunctions
  readonly #graphs: GraphFunctions
  readonly #wholeBatches: boolean
  readonly #lowering: Lowering
  readonly #loaded = new Map<string, Loaded>()
  /** Of the variables' values: raised with each change. */
  #version = 0
  /** Where they are newer than in the variables. */
  #newest: Loaded | null = null

  /** Draws the first weights from the configuration's seed. Owns `model`. */
  constructor(
    model: Model,
    training: TrainingConfiguration,
    input: InputShape,
    { xla, lanes, wholeBatches = false, kept = null }: GraphOptions,
  ) {
    this.#state = new ModelState(model, training)
    this.#functions = new ModelFunctions(this.#state, training, input.classes)
    this.#graphs = new GraphFunctions(this.#state, this.#functions, input, lanes, kept)
    this.#wholeBatches = wholeBatches
    if (xla) xlaCache()?.check()
    this.#lowering = { xla, bfloat16: training.precision === 'bfloat16' }
  }

  get parameters(): number {
    return this.#state.model.parameters.count
  }

  get stepsPerBatch(): number {
    return this.#state.model.segmentsTrain
  }

  /** See {@link Learner.trainSegments}; `observe` is called after each segment. */
  trainSegments(
    images: Tensor4D,
    labels: Tensor1D,
    learningRate: (segment: number) => number,
    observe?: Observe,
  ): Iterable<SegmentResult> {
    return this.#wholeBatches && !observe
      ? this.#trainWhole(images, labels, learningRate)
      : this.#trainByOne(images, labels, learningRate, observe)
  }

  /** All segments in one call: what they hand on stays where it was computed. */
  *#trainWhole(
    images: Tensor4D,
    labels: Tensor1D,
    learningRate: (segment: number) => number,
  ): Generator<SegmentResult, void> {
    const batch = labels.size
    yield* tf.tidy(() => {
      const updates = Array.from({ length: this.stepsPerBatch }, (_, m) => this.#updateInputs(batch, learningRate(m)))
      const [numbers] = this.#call('train', batch, [images, labels, ...updates.flat()])
      return readResults(numbers!) as never
    }) as SegmentResult[]
  }

  /** A call for each segment. */
  *#trainByOne(
    images: Tensor4D,
    labels: Tensor1D,
    learningRate: (segment: number) => number,
    observe?: Observe,
  ): Generator<SegmentResult, void> {
    const names = this.#graphs.carryNames()
    const batch = labels.size
    let states = tf.tidy(() => {
      const start = this.#functions.start(batch)
      return names.map((name) => start[name]!)
    })
    try {
      for (let segment = 0; segment < this.stepsPerBatch; segment++) {
        const [numbers, ...next] = tf.tidy(() => {
          const inputs = [images, labels, ...this.#updateInputs(batch, learningRate(segment)), ...states]
          const wanted = observe ? undefined : 1 + names.length
          const made = this.#call(this.#graphs.segmentName(segment), batch, inputs, wanted)
          const carried = made.slice(1, 1 + names.length)
          if (observe) {
            const [logits, gradient] = made.slice(1 + names.length) as [Tensor2D, Tensor1D]
            const carry = Object.fromEntries(names.map((name, i) => [name, carried[i]!]))
            observe(segment, { logits, gradient, carry })
          }
          return [made[0]!, ...carried]
        })
        tf.dispose(states)
        states = next
        yield readResults(numbers!)[0]!
      }
    } finally {
      tf.dispose(states)
    }
  }

  /** Rates [3], and with dropout a mask [B,width], of the next update. */
  #updateInputs(batch: number, learningRate: number): Tensor[] {
    const mask = this.#functions.dropoutMask(batch)
    const masks = mask ? [tf.tensor2d(mask, [batch, mask.length / batch])] : []
    return [tf.tensor1d(this.#state.optimizer.next(learningRate)), ...masks]
  }

  /** See {@link Learner.predictBatch}; `observe` is shown the logits of each segment. */
  predictBatch(images: Tensor4D, labels: Tensor1D | null, observe?: Observe): BatchPrediction {
    const batch = images.shape[0]
    if (observe)
      tf.tidy(() =>
        this.#call('observe', batch, [images]).forEach((logits, segment) =>
          observe(segment, { logits: logits as Tensor2D, carry: {}, gradient: null }),
        ),
      )
    const given = labels ?? (tf.zeros([batch], 'int32') as Tensor1D)
    const [probabilities, loss] = this.#call('predict', batch, [images, given]) as [Tensor, Tensor]
    try {
      return { probabilities: probabilities.dataSync<'float32'>(), lossSum: labels ? loss.dataSync()[0]! : 0 }
    } finally {
      tf.dispose([probabilities, loss])
      if (!labels) given.dispose()
    }
  }

  /**
   * Runs a function at a batch size, made for it when it is not there yet.
   * @param outputs how many of its first outputs are wanted; left out: all
   */
  #call(name: FunctionName, batch: number, inputs: readonly Tensor[], outputs?: number): Tensor[] {
    const loaded = this.#load(name, batch)
    if (loaded.version !== this.#version) {
      this.#pull()
      loaded.session.push()
      loaded.version = this.#version
    }
    const made = loaded.session.call(`${name}-${batch}`, inputs, outputs)
    if (!loaded.trains) return made
    loaded.version = ++this.#version
    this.#newest = loaded
    if (loaded.uncompiled.delete(`${name}-${batch}`)) xlaCache()?.seal()
    return made
  }

  /**
   * The session of a function at a batch size. Functions that train by turns share one; others have their own, so that each is
   * made when it is first needed, the first step before all else.
   */
  #load(name: FunctionName, batch: number): Loaded {
    const isSegment = name === 'segment' || name === 'last-segment'
    const names = isSegment ? new Set(this.#segmentNames()) : new Set([name])
    const key = `${[...names].join()}-${batch}`
    let loaded = this.#loaded.get(key)
    if (!loaded) {
      loaded = this.#make(
        [...names].map((name) => [`${name}-${batch}`, lowered(this.#graphs.get(name, batch), this.#lowering)]),
      )
      this.#loaded.set(key, loaded)
    }
    return loaded
  }

  #segmentNames(): FunctionName[] {
    return Array.from({ length: this.stepsPerBatch }, (_, segment) => this.#graphs.segmentName(segment))
  }

  #make(recordings: readonly (readonly [name: string, recording: Recording])[]): Loaded {
    // What predicts is mostly matrix products, in which XLA is slower than oneDNN: it stays a plain graph in every mode.
    const trains = recordings.some(([, { assigned }]) => assigned.length > 0)
    const functions = recordings.map(([name, recording]) => ({
      name,
      recording,
      xla: this.#lowering.xla && trains ? clusterId(name) : null,
    }))
    const uncompiled = functions.flatMap(({ name, xla }) => (xla === null ? [] : [name]))
    const session = new GraphSession(this.#state.variables, functions)
    return { session, trains, uncompiled: new Set(uncompiled), version: NEVER }
  }

  /** Takes a session's values into the variables where they are newer. */
  #pull(): void {
    this.#newest?.session.pull()
    this.#newest = null
  }

  exportWeights(): NamedTensor[] {
    this.#pull()
    return this.#state.exportWeights()
  }

  importWeights(tensors: readonly NamedTensor[]): void {
    this.#pull()
    this.#state.importWeights(tensors)
    this.#version++
  }

  exportOptimizer(): ReturnType<Learner['exportOptimizer']> {
    this.#pull()
    return this.#state.exportOptimizer()
  }

  importOptimizer(state: Parameters<Learner['importOptimizer']>[0]): void {
    this.#pull()
    this.#state.importOptimizer(state)
    this.#version++
  }

  dispose(): void {
    for (const { session } of this.#loaded.values()) session.dispose()
    this.#state.dispose()
  }
}

const clusters = new Map<string, number>()
/**
 * An id that no other cluster of this process has: TensorFlow aborts on a second one. It is the same from process to
 * process, for TensorFlow looks what it compiled before up by it.
 */
function clusterId(name: string): string {
  const count = (clusters.get(name) ?? 0) + 1
  clusters.set(name, count)
  return `${name}-${count}`
}

/** Numbers [M,3] or [3] as results, one a segment; frees them. */
function readResults(numbers: Tensor): SegmentResult[] {
  const values = numbers.dataSync<'float32'>()
  numbers.dispose()
  return Array.from({ length: values.length / 3 }, (_, m) => ({
    loss: values[3 * m]!,
    gradientNorm: values[3 * m + 1]!,
    correct: values[3 * m + 2]!,
  }))
}
