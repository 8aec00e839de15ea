import type { TrainingConfiguration } from '../../../shared/experiment/configuration'
import type { InputShape } from '../../../shared/experiment/family'
import { fusesGelu } from '../backends/native-ops'
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import { xlaCache } from '../backends/xla-cache'
import type { KeptFunction } from '../capture/batched-function'
import { withFusedGelu } from '../capture/fused-gelu'
import { withBfloat16Products } from '../capture/mixed-precision'
import type { Recording } from '../capture/recording'
import { GraphSession } from '../capture/session'
import type { Carry, Model } from '../models/model'
import { type FunctionName, GraphFunctions, updateInputs } from './graph-functions'
import type { BatchPrediction, Learner, NamedTensor, SegmentResult } from './learner'
import { ModelFunctions, type Observe } from './model-functions'
import { ModelState } from './model-state'

/**
 * Trains and evaluates any {@link Model} by graphs: a batch with all its segments is one call of TensorFlow. Each function
 * is recorded from the same code that ModelLearner runs operation by operation; model code knows nothing of it.
 */
export class GraphLearner implements Learner {
  readonly #state: ModelState
  readonly #functions: ModelFunctions
  readonly #graphs: GraphFunctions
  readonly #xla: boolean
  /** What is done to each recording before it is loaded. */
  readonly #lower: (recording: Recording) => Recording
  /** What the session knows, by name. */
  readonly #loaded = new Map<string, Recording>()
  #session: GraphSession | null = null
  /** XLA compiles at the next call that trains. */
  #unsealed = false
  /** Where the newest values of the variables are. */
  #newest: 'both' | 'variables' | 'session' = 'variables'

  /** Draws the first weights from the configuration's seed. Owns `model`.
   * @param xla compile what trains as a whole
   * @param kept where a function's recordings may be from an earlier start
   */
  constructor(
    model: Model,
    training: TrainingConfiguration,
    input: InputShape,
    { xla, kept = null }: { readonly xla: boolean; readonly kept?: ((name: FunctionName) => KeptFunction) | null },
  ) {
    this.#state = new ModelState(model, training)
    this.#functions = new ModelFunctions(this.#state, training, input.classes)
    this.#graphs = new GraphFunctions(this.#state, this.#functions, input, kept)
    this.#xla = xla
    if (xla) xlaCache()?.check()
    this.#lower = (recording) => {
      // XLA fuses by itself.
      const fused = !xla && fusesGelu() ? withFusedGelu(recording) : recording
      return training.precision === 'bfloat16' ? withBfloat16Products(fused) : fused
    }
  }

  get parameters(): number {
    return this.#state.model.parameters.count
  }

  get stepsPerBatch(): number {
    return this.#state.model.segmentsTrain
  }

  prepare({ train, predict }: Parameters<NonNullable<Learner['prepare']>>[0]): void {
    this.#prepare([
      ...train.map((batch) => ['train', batch] as const),
      ...predict.map((batch) => ['predict', batch] as const),
    ])
  }

  /** See {@link Learner.trainBatch}; with `observe`, which is called after each segment, the segments are calls of their own. */
  trainBatch(
    images: Tensor4D,
    labels: Tensor1D,
    learningRate: (segment: number) => number,
    observe?: Observe,
  ): SegmentResult[] {
    if (observe) return this.#trainObserved(images, labels, learningRate, observe)
    const rates: number[] = []
    const masks: Float32Array[] = []
    for (let segment = 0; segment < this.stepsPerBatch; segment++) {
      const mask = this.#functions.dropoutMask(labels.size)
      if (mask) masks.push(mask)
      rates.push(...this.#state.optimizer.next(learningRate(segment)))
    }
    const updates = tf.tidy(() => updateInputs(labels.size, rates, masks))
    try {
      const [numbers] = this.#call('train', labels.size, [images, labels, ...updates]) as [Tensor2D]
      return readResults(numbers)
    } finally {
      tf.dispose(updates)
    }
  }

  #trainObserved(
    images: Tensor4D,
    labels: Tensor1D,
    learningRate: (segment: number) => number,
    observe: Observe,
  ): SegmentResult[] {
    const names = this.#graphs.carryNames()
    const batch = labels.size
    return tf.tidy(() => {
      const start = this.#functions.start(batch)
      let states = names.map((name) => start[name]!)
      const results = Array.from({ length: this.stepsPerBatch }, (_, segment) => {
        const mask = this.#functions.dropoutMask(batch)
        const masks = mask ? [tf.tensor2d(mask, [batch, mask.length / batch])] : []
        const rates = tf.tensor1d(this.#state.optimizer.next(learningRate(segment)))
        const inputs = [images, labels, rates, ...masks, ...states]
        const [numbers, logits, gradient, ...next] = this.#call(`segment${segment}`, batch, inputs)
        states = next
        const carry: Carry = Object.fromEntries(names.map((name, i) => [name, next[i]!]))
        observe(segment, { logits: logits as Tensor2D, carry, gradient: gradient as Tensor1D })
        return readResults(numbers!)[0]!
      })
      return results as never
    }) as SegmentResult[]
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

  /** Runs a function at a batch size, made for it when it is not there yet. */
  #call(name: FunctionName, batch: number, inputs: readonly Tensor[]): Tensor[] {
    this.#prepare([[name, batch]])
    if (this.#newest === 'variables') {
      this.#session!.push()
      this.#newest = 'both'
    }
    const outputs = this.#session!.call(`${name}-${batch}`, inputs)
    if (!trains(this.#loaded.get(`${name}-${batch}`)!)) return outputs
    this.#newest = 'session'
    if (this.#unsealed) xlaCache()?.seal()
    this.#unsealed = false
    return outputs
  }

  /** Loads what is not there yet: all functions over the same variables must be in one session. */
  #prepare(wanted: readonly (readonly [FunctionName, number])[]): void {
    const missing = wanted.filter(([name, batch]) => !this.#loaded.has(`${name}-${batch}`))
    if (missing.length === 0) return
    this.#pull()
    for (const [name, batch] of missing)
      this.#loaded.set(`${name}-${batch}`, this.#lower(this.#graphs.get(name).at(batch)))
    this.#session?.dispose()
    const functions = [...this.#loaded].map(([name, recording]) => ({
      name,
      recording,
      xla: this.#xla && trains(recording) ? clusterId(name) : null,
    }))
    this.#session = new GraphSession(this.#state.variables, functions)
    this.#unsealed = this.#xla
    this.#newest = 'both'
  }

  /** Takes the session's values into the variables where they are newer. */
  #pull(): void {
    if (this.#newest !== 'session') return
    this.#session!.pull()
    this.#newest = 'both'
  }

  exportWeights(): NamedTensor[] {
    this.#pull()
    return this.#state.exportWeights()
  }

  importWeights(tensors: readonly NamedTensor[]): void {
    this.#pull()
    this.#state.importWeights(tensors)
    this.#newest = 'variables'
  }

  exportOptimizer(): ReturnType<Learner['exportOptimizer']> {
    this.#pull()
    return this.#state.exportOptimizer()
  }

  importOptimizer(state: Parameters<Learner['importOptimizer']>[0]): void {
    this.#pull()
    this.#state.importOptimizer(state)
    this.#newest = 'variables'
  }

  dispose(): void {
    this.#session?.dispose()
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

/**
 * Whether a function changes variables. Only those are compiled by XLA: predictions are mostly matrix products, in which
 * it is slower than oneDNN, and stay plain graphs in every mode.
 */
const trains = ({ assigned }: Recording): boolean => assigned.length > 0

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
