import { randomUUID } from 'node:crypto'
import type { TrainingConfiguration } from '../../../shared/experiment/configuration'
import type { InputShape } from '../../../shared/experiment/family'
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import { BatchedFunction } from '../capture/batched-function'
import type { NamedRecording } from '../capture/graph-def'
import { GraphSession } from '../capture/session'
import type { Model } from '../models/model'
import type { BatchPrediction, Learner, NamedTensor, SegmentResult } from './learner'
import { ModelFunctions } from './model-functions'
import { ModelState } from './model-state'

type FunctionName = 'train' | 'predict'

/**
 * Trains and evaluates any {@link Model} by graphs: a batch with all its segments is one call of TensorFlow. Each function
 * is recorded from the same code that {@link ModelLearner} runs operation by operation.
 */
export class GraphLearner implements Learner {
  readonly #state: ModelState
  readonly #functions: ModelFunctions
  readonly #input: InputShape
  readonly #xla: boolean
  readonly #recorded: Readonly<Record<FunctionName, BatchedFunction>>
  /** What the session knows, by name. */
  readonly #loaded = new Map<string, NamedRecording>()
  #session: GraphSession | null = null
  /** Where the newest values are. */
  #newest: 'both' | 'variables' | 'session' = 'variables'

  /** Draws the first weights from the configuration's seed. Owns `model`. @param xla compile each function as a whole */
  constructor(model: Model, training: TrainingConfiguration, input: InputShape, options: { readonly xla: boolean }) {
    this.#state = new ModelState(model, training)
    this.#functions = new ModelFunctions(this.#state, training, input.classes)
    this.#input = input
    this.#xla = options.xla
    const { variables } = this.#state
    this.#recorded = {
      train: new BatchedFunction(this.#train, (batch) => this.#madeTraining(batch), variables),
      predict: new BatchedFunction(this.#predict, (batch) => this.#madeBatch(batch), variables),
    }
  }

  get parameters(): number {
    return this.#state.model.parameters.count
  }

  get stepsPerBatch(): number {
    return this.#state.model.segmentsTrain
  }

  trainBatch(images: Tensor4D, labels: Tensor1D, learningRate: (segment: number) => number): SegmentResult[] {
    const batch = labels.size
    const rates: number[] = []
    const masks: Float32Array[] = []
    for (let segment = 0; segment < this.stepsPerBatch; segment++) {
      const mask = this.#functions.dropoutMask(batch)
      if (mask) masks.push(mask)
      rates.push(...this.#state.optimizer.next(learningRate(segment)))
    }
    const extra = tf.tidy(() => this.#updateInputs(batch, rates, masks))
    try {
      const [numbers] = this.#call('train', batch, [images, labels, ...extra]) as [Tensor2D]
      this.#newest = 'session'
      const values = numbers.dataSync<'float32'>()
      numbers.dispose()
      return Array.from({ length: this.stepsPerBatch }, (_, m) => ({
        loss: values[3 * m]!,
        gradientNorm: values[3 * m + 1]!,
        correct: values[3 * m + 2]!,
      }))
    } finally {
      tf.dispose(extra)
    }
  }

  #updateInputs(batch: number, rates: readonly number[], masks: readonly Float32Array[]): Tensor[] {
    const tensors: Tensor[] = [tf.tensor2d([...rates], [this.stepsPerBatch, 3])]
    if (masks.length > 0)
      tensors.push(tf.stack(masks.map((mask) => tf.tensor2d(mask, [batch, mask.length / batch]))))
    return tensors
  }

  predictBatch(images: Tensor4D, labels: Tensor1D | null): BatchPrediction {
    const batch = images.shape[0]
    const given = labels ?? (tf.zeros([batch], 'int32') as Tensor1D)
    try {
      const [probabilities, loss] = this.#call('predict', batch, [images, given]) as [Tensor, Tensor]
      const prediction = {
        probabilities: probabilities.dataSync<'float32'>(),
        lossSum: labels ? loss.dataSync()[0]! : 0,
      }
      tf.dispose([probabilities, loss])
      return prediction
    } finally {
      if (!labels) given.dispose()
    }
  }

  /** Runs a function at a batch size, made for it when it is not there yet. */
  #call(name: FunctionName, batch: number, inputs: readonly Tensor[]): Tensor[] {
    this.#prepare([[name, batch]])
    if (this.#newest === 'variables') this.#session!.push()
    if (this.#newest === 'variables') this.#newest = 'both'
    return this.#session!.call(`${name}${batch}`, inputs)
  }

  /** Makes graphs of several functions at once: each addition loads the session anew. */
  prepare(train: readonly number[], predict: readonly number[]): void {
    this.#prepare([
      ...train.map((batch) => ['train', batch] as const),
      ...predict.map((batch) => ['predict', batch] as const),
    ])
  }

  #prepare(wanted: readonly (readonly [FunctionName, number])[]): void {
    const missing = wanted.filter(([name, batch]) => !this.#loaded.has(`${name}${batch}`))
    if (missing.length === 0) return
    this.#pull()
    for (const [name, batch] of missing) {
      const recording = this.#recorded[name].at(batch)
      this.#loaded.set(`${name}${batch}`, { name: `${name}${batch}`, recording, xla: null })
    }
    this.#session?.dispose()
    const functions = [...this.#loaded.values()].map((named) => ({
      ...named,
      xla: this.#xla ? `${named.name}_${randomUUID()}` : null,
    }))
    this.#session = new GraphSession(this.#state.variables, functions)
    this.#newest = 'both'
  }

  readonly #predict = (images: Tensor, labels?: Tensor): Tensor[] =>
    this.#functions.predict(images as Tensor4D, labels as Tensor1D)

  readonly #train = (images: Tensor, labels?: Tensor, rates?: Tensor, masks?: Tensor): Tensor[] => {
    const maskOf = masks ? (tf.unstack(masks) as Tensor2D[]) : []
    const updates = (tf.unstack(rates!) as Tensor1D[]).map((rates, m) => ({ rates, mask: maskOf[m] ?? null }))
    return [this.#functions.train({ images: images as Tensor4D, labels: labels as Tensor1D }, updates)]
  }

  /** Made-up images and labels, other ones for each batch size. */
  #madeBatch(batch: number): Tensor[] {
    const { height, width, channels, classes } = this.#input
    const images = tf.sin(tf.mul(tf.range(0, batch * height * width * channels), 0.7 + batch))
    const labels = Int32Array.from({ length: batch }, (_, i) => (i + batch) % classes)
    return [tf.reshape(images, [batch, height, width, channels]), tf.tensor1d(labels, 'int32')]
  }

  #madeTraining(batch: number): Tensor[] {
    const { dropout } = this.#state.model
    const segments = Array.from({ length: this.stepsPerBatch }, (_, m) => m)
    const rates = segments.flatMap((m) => [1e-6 * (m + batch), 0.1 * batch, 0.01 * batch])
    const masks = dropout
      ? segments.map(() => Float32Array.from({ length: batch * dropout.width }, (_, i) => i % 2))
      : []
    return [...this.#madeBatch(batch), ...this.#updateInputs(batch, rates, masks)]
  }

  #pull(): void {
    if (this.#newest === 'session') this.#session!.pull()
    if (this.#newest === 'session') this.#newest = 'both'
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
