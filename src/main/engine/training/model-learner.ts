import type { TrainingConfiguration } from '../../../shared/experiment/configuration'
import { type Scalar, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import type { Carry, Model } from '../models/model'
import type { BatchPrediction, Learner, NamedTensor, SegmentResult } from './learner'
import { ModelFunctions, type Observe } from './model-functions'
import { ModelState } from './model-state'

export type { Observe, SegmentTrace } from './model-functions'

/**
 * Trains and evaluates any {@link Model}, operation by operation: deep supervision over its segments, one AdamW over all
 * its parameters.
 */
export class ModelLearner implements Learner {
  readonly #state: ModelState
  readonly #functions: ModelFunctions

  /** Draws the first weights from the configuration's seed. Owns `model`. */
  constructor(model: Model, training: TrainingConfiguration, classes: number) {
    this.#state = new ModelState(model, training)
    this.#functions = new ModelFunctions(this.#state, training, classes)
  }

  get parameters(): number {
    return this.#state.model.parameters.count
  }

  get stepsPerBatch(): number {
    return this.#state.model.segmentsTrain
  }

  /** See {@link Learner.trainSegments}; `observe` is called after each segment's gradient, before its update. */
  *trainSegments(
    images: Tensor4D,
    labels: Tensor1D,
    learningRate: (segment: number) => number,
    observe?: Observe,
  ): Generator<SegmentResult, void> {
    let carry: Carry = tf.tidy(() => this.#functions.start(labels.size))
    try {
      for (let segment = 0; segment < this.stepsPerBatch; segment++) {
        const trained = this.#trainSegment(carry, images, labels, segment, learningRate(segment), observe)
        tf.dispose(carry)
        carry = trained.carry
        yield trained.result
      }
    } finally {
      tf.dispose(carry)
    }
  }

  /** One segment. The carry it gives belongs to the caller. */
  #trainSegment(
    carry: Carry,
    images: Tensor4D,
    labels: Tensor1D,
    segment: number,
    learningRate: number,
    observe: Observe | undefined,
  ): { readonly carry: Carry; readonly result: SegmentResult } {
    const dropout = this.#functions.dropoutMask(labels.size)
    const { carry: next, numbers } = tf.tidy(() => {
      const mask = dropout && tf.tensor2d(dropout, [labels.size, dropout.length / labels.size])
      const rates = tf.tensor1d(this.#state.optimizer.next(learningRate))
      return this.#functions.trainSegment(carry, segment, { images, labels }, { rates, mask }, observe)
    })
    const [loss, gradientNorm, correct] = numbers.dataSync() as unknown as [number, number, number]
    numbers.dispose()
    return { carry: next, result: { loss, gradientNorm, correct } }
  }

  /** See {@link Learner.predictBatch}; `observe` is called after each segment. */
  predictBatch(images: Tensor4D, labels: Tensor1D | null, observe?: Observe): BatchPrediction {
    const [probabilities, loss]: [Tensor2D, Scalar] = tf.tidy(() => this.#functions.predict(images, labels, observe))
    try {
      return { probabilities: probabilities.dataSync<'float32'>(), lossSum: loss.dataSync()[0]! }
    } finally {
      tf.dispose([probabilities, loss])
    }
  }

  exportWeights(): NamedTensor[] {
    return this.#state.exportWeights()
  }

  importWeights(tensors: readonly NamedTensor[]): void {
    this.#state.importWeights(tensors)
  }

  exportOptimizer(): ReturnType<Learner['exportOptimizer']> {
    return this.#state.exportOptimizer()
  }

  importOptimizer(state: Parameters<Learner['importOptimizer']>[0]): void {
    this.#state.importOptimizer(state)
  }

  dispose(): void {
    this.#state.dispose()
  }
}
