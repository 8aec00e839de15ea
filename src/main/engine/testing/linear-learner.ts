import type { InputShape } from '../../../shared/experiment/family'
import type { Tensor1D, Tensor4D } from '../backends/tf'
import type { BatchPrediction, Learner, NamedTensor, SegmentResult } from '../training/learner'

/**
 * Softmax regression with momentum in plain JavaScript: a real learner, small enough that tests of loop, checkpoints and
 * process need no model. Two segments a batch, so that both counts (batches, steps) are exercised.
 */
export class LinearLearner implements Learner {
  readonly stepsPerBatch = 2
  readonly parameters: number
  readonly #features: number
  readonly #classes: number
  #weights: Float32Array
  #momentum: Float32Array
  #step = 0
  /** Called before each batch; a test may end the world here. */
  beforeBatch: (step: number) => void = () => undefined
  /** Step whose loss is NaN. */
  breakAt = Infinity
  disposed = false

  constructor({ height, width, channels, classes }: InputShape) {
    this.#features = height * width * channels
    this.#classes = classes
    this.parameters = this.#features * classes
    this.#weights = new Float32Array(this.parameters)
    this.#momentum = new Float32Array(this.parameters)
  }

  *trainSegments(
    images: Tensor4D,
    labels: Tensor1D,
    learningRate: (segment: number) => number,
  ): Generator<SegmentResult, void> {
    this.beforeBatch(this.#step)
    const x = images.dataSync<'float32'>()
    const truth = labels.dataSync<'int32'>()
    for (const segment of [0, 1]) yield this.#trainSegment(x, truth, learningRate(segment))
  }

  #trainSegment(x: Float32Array, truth: Int32Array, rate: number): SegmentResult {
    const probabilities = this.#forward(x, truth.length)
    const gradient = new Float32Array(this.parameters)
    let loss = 0
    let correct = 0
    truth.forEach((label, i) => {
      const row = probabilities.subarray(i * this.#classes, (i + 1) * this.#classes)
      loss -= Math.log(row[label]!) / truth.length
      if (row.every((p) => p <= row[label]!)) correct++
      row.forEach((p, k) => {
        const error = (p - (k === label ? 1 : 0)) / truth.length
        for (let f = 0; f < this.#features; f++) gradient[f * this.#classes + k]! += error * x[i * this.#features + f]!
      })
    })
    this.#momentum.forEach((m, i) => {
      this.#momentum[i] = 0.9 * m + gradient[i]!
      this.#weights[i]! -= rate * this.#momentum[i]!
    })
    if (this.#step++ === this.breakAt) loss = NaN
    return { loss, correct, gradientNorm: Math.hypot(...gradient) }
  }

  predictBatch(images: Tensor4D, labels: Tensor1D | null): BatchPrediction {
    const probabilities = this.#forward(images.dataSync<'float32'>(), images.shape[0])
    const truth = labels?.dataSync<'int32'>() ?? new Int32Array()
    const lossSum = truth.reduce((sum, label, i) => sum - Math.log(probabilities[i * this.#classes + label]!), 0)
    return { probabilities, lossSum }
  }

  #forward(x: Float32Array, images: number): Float32Array {
    const result = new Float32Array(images * this.#classes)
    for (let i = 0; i < images; i++) {
      const logits = Array.from({ length: this.#classes }, (_, k) => {
        let sum = 0
        for (let f = 0; f < this.#features; f++)
          sum += x[i * this.#features + f]! * this.#weights[f * this.#classes + k]!
        return sum
      })
      const top = Math.max(...logits)
      const total = logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0)
      logits.forEach((logit, k) => (result[i * this.#classes + k] = Math.exp(logit - top) / total))
    }
    return result
  }

  exportWeights(): NamedTensor[] {
    return [{ name: 'head', shape: [this.#features, this.#classes], data: this.#weights.slice() }]
  }

  importWeights(tensors: readonly NamedTensor[]): void {
    this.#weights = tensors.find(({ name }) => name === 'head')!.data.slice()
  }

  exportOptimizer(): { step: number; tensors: NamedTensor[] } {
    const shape = [this.#features, this.#classes]
    return { step: this.#step, tensors: [{ name: 'moment1.head', shape, data: this.#momentum.slice() }] }
  }

  importOptimizer(state: { step: number; tensors: readonly NamedTensor[] }): void {
    this.#step = state.step
    this.#momentum = state.tensors.find(({ name }) => name === 'moment1.head')!.data.slice()
  }

  dispose(): void {
    this.disposed = true
  }
}
