import { LabError } from '../../../shared/errors'
import type { TrainingConfiguration } from '../../../shared/experiment/configuration'
import { Random } from '../../../shared/random/philox'
import { streams } from '../../../shared/random/streams'
import {
  type Scalar,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  type Tensor4D,
  tf,
  type Variable,
} from '../backends/tf'
import { crossEntropy, smoothedTargets } from '../layers/cross-entropy'
import { valueAndGradients, withoutGradient } from '../layers/gradient'
import { haltingLoss, haltingTargets, keepHalted } from '../models/halting'
import type { Carry, Encoded, Model, Outputs, Pass } from '../models/model'
import type { Values } from '../models/parameters'
import { AdamW } from './adamw'
import type { BatchPrediction, Learner, NamedTensor, SegmentResult } from './learner'

/** One segment as seen from outside (golden vectors); the tensors live only during the call. */
export interface SegmentTrace {
  readonly logits: Tensor2D
  /** What the segment hands on. */
  readonly carry: Carry
  /** Unclipped gradient of all parameters, as ParameterSet.toExport takes it; null in evaluation. */
  readonly gradient: Tensor1D | null
}
export type Observe = (segment: number, trace: SegmentTrace) => void

interface TrainedSegment {
  readonly carry: Carry
  readonly result: SegmentResult
}

const EVALUATION: Pass = { training: false, dropoutMask: null }
const byName = (tensors: readonly NamedTensor[]): Map<string, NamedTensor> =>
  new Map(tensors.map((tensor) => [tensor.name, tensor]))

/** Trains and evaluates any {@link Model}: deep supervision over its segments, one AdamW over all its parameters. */
export class ModelLearner implements Learner {
  readonly #model: Model
  readonly #training: TrainingConfiguration
  readonly #classes: number
  readonly #optimizer: AdamW
  readonly #parameters: Variable
  readonly #buffers: readonly Variable[]

  /** Draws the first weights from the configuration's seed. Owns `model`. */
  constructor(model: Model, training: TrainingConfiguration, classes: number) {
    this.#model = model
    this.#training = training
    this.#classes = classes
    const { parameters } = model
    this.#parameters = tf.tidy(() => tf.variable(tf.zeros([parameters.count]), false))
    this.#buffers = parameters.buffers.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros([...shape]), false)))
    this.#optimizer = new AdamW(parameters.count, training)
    this.importWeights(parameters.initial(new Random(training.seed, streams.initialWeights)))
  }

  get parameters(): number {
    return this.#model.parameters.count
  }

  get stepsPerBatch(): number {
    return this.#model.segmentsTrain
  }

  /** See {@link Learner.trainBatch}; `observe` is called after each segment's gradient, before its update. */
  trainBatch(
    images: Tensor4D,
    labels: Tensor1D,
    learningRate: (segment: number) => number,
    observe?: Observe,
  ): SegmentResult[] {
    const results: SegmentResult[] = []
    let carry: Carry = tf.tidy(() => this.#model.start(this.#values(), labels.size))
    try {
      for (let segment = 0; segment < this.stepsPerBatch; segment++) {
        const trained = this.#trainSegment(carry, images, labels, segment, learningRate(segment), observe)
        tf.dispose(carry)
        carry = trained.carry
        results.push(trained.result)
      }
    } finally {
      tf.dispose(carry)
    }
    return results
  }

  /** One segment: forward, backward, update. The carry it gives belongs to the caller. */
  #trainSegment(
    carry: Carry,
    images: Tensor4D,
    labels: Tensor1D,
    segment: number,
    learningRate: number,
    observe: Observe | undefined,
  ): TrainedSegment {
    let numbers!: Scalar[]
    const next = tf.tidy(() => {
      const views = this.#model.parameters.split(this.#parameters as unknown as Tensor1D)
      const pass: Pass = { training: true, dropoutMask: this.#dropoutMask(labels.size) }
      const { aux, gradients } = valueAndGradients(
        () => this.#forward(this.#values(views), carry, images, labels, segment, pass),
        views,
      )
      const gradient = this.#model.parameters.join(gradients)
      observe?.(segment, { logits: aux.logits, carry: aux.carry, gradient })
      const norm = this.#optimizer.update(this.#parameters, gradient, learningRate)
      this.#keepStatistics(aux.statistics)
      numbers = [aux.loss, norm, aux.correct].map((scalar) => tf.keep(scalar))
      return aux.carry
    })
    return { carry: next, result: readResult(numbers) }
  }

  #forward(values: Values, carry: Carry, images: Tensor4D, labels: Tensor1D, segment: number, pass: Pass) {
    const encoded = this.#model.encode(values, images, pass)
    const [next, outputs] = this.#model.segment(values, carry, encoded, pass)
    const targets = smoothedTargets(labels, this.#classes, this.#training.labelSmoothing)
    const loss = tf.div(crossEntropy(outputs.logits, targets), labels.size) as Scalar
    const right = tf.cast(tf.equal(tf.argMax(outputs.logits, -1), labels), 'float32') as Tensor1D // [B]
    const halting = this.#haltingLoss(values, next, encoded, outputs, right, segment, pass)
    return {
      loss: (halting ? tf.add(loss, halting) : loss) as Scalar,
      aux: {
        loss,
        correct: tf.sum(right) as Scalar,
        logits: outputs.logits,
        carry: next,
        statistics: encoded.statistics,
      },
    }
  }

  /** Mean loss of the ACT head; it asks the next segment, without gradient, what going on is worth. Null without head. */
  #haltingLoss(
    values: Values,
    next: Carry,
    encoded: Encoded,
    { halting }: Outputs,
    right: Tensor1D,
    segment: number,
    pass: Pass,
  ): Scalar | null {
    if (!halting) return null
    const targets = withoutGradient(() => {
      const [, after] = this.#model.segment(values, next, encoded, pass)
      return haltingTargets(right, after.halting!, segment === this.stepsPerBatch - 1)
    })
    return tf.div(haltingLoss(halting, targets), right.size) as Scalar
  }

  /** 1/(1 − rate) or 0 for each feature, fixed by seed and step so that a resumed run draws the same. */
  #dropoutMask(batch: number): Tensor2D | null {
    const { dropout } = this.#model
    if (!dropout) return null
    const { rate, width } = dropout
    const random = new Random(this.#training.seed, streams.dropout + this.#optimizer.step)
    const mask = Float32Array.from({ length: batch * width }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)))
    return tf.tensor2d(mask, [batch, width])
  }

  #keepStatistics(statistics: Encoded['statistics']): void {
    this.#model.parameters.buffers.forEach(({ name }, index) => {
      const updated = statistics[name]
      if (updated) this.#buffers[index]!.assign(updated)
    })
  }

  #values(views: readonly Tensor[] = []): Values {
    return ({ kind, index }) => (kind === 'view' ? views[index]! : (this.#buffers[index] as unknown as Tensor))
  }

  /** See {@link Learner.predictBatch}; `observe` is called after each segment. */
  predictBatch(images: Tensor4D, labels: Tensor1D | null, observe?: Observe): BatchPrediction {
    const [probabilities, loss] = tf.tidy(() => {
      const logits = this.#predict(images, observe)
      const targets = labels && smoothedTargets(labels, this.#classes, 0)
      return [tf.softmax(logits), targets ? crossEntropy(logits, targets) : tf.scalar(0)]
    }) as [Tensor2D, Scalar]
    try {
      return { probabilities: probabilities.dataSync<'float32'>(), lossSum: loss.dataSync()[0]! }
    } finally {
      tf.dispose([probabilities, loss])
    }
  }

  /** Logits [B,K] after M_eval segments, or of the segment at which the ACT head halts each image. */
  #predict(images: Tensor4D, observe: Observe | undefined): Tensor2D {
    const values = this.#values(this.#model.parameters.split(this.#parameters as unknown as Tensor1D))
    const encoded = this.#model.encode(values, images, EVALUATION)
    let carry = this.#model.start(values, images.shape[0])
    let halted = tf.zeros([images.shape[0]], 'bool') as Tensor1D
    let kept: Tensor2D | null = null
    for (let segment = 0; segment < this.#model.segmentsEval; segment++) {
      const [next, { logits, halting }] = this.#model.segment(values, carry, encoded, EVALUATION)
      carry = next
      observe?.(segment, { logits, carry, gradient: null })
      if (halting) ({ logits: kept, halted } = keepHalted(halted, kept ?? logits, logits, halting))
      else kept = logits
    }
    return kept!
  }

  exportWeights(): NamedTensor[] {
    const { parameters } = this.#model
    const buffers = parameters.buffers.map(({ name, shape }, index) => ({
      name,
      shape,
      data: read(this.#buffers[index]!),
    }))
    return [...parameters.toExport(read(this.#parameters)), ...buffers]
  }

  importWeights(tensors: readonly NamedTensor[]): void {
    const { parameters } = this.#model
    const given = byName(tensors)
    const vector = parameters.fromExport(given)
    const buffers = parameters.buffersFromExport(given)
    refuseOthers(tensors, [...parameters.names, ...parameters.buffers.map(({ name }) => name)])
    assign(this.#parameters, vector)
    buffers.forEach((data, index) => assign(this.#buffers[index]!, data))
  }

  exportOptimizer(): { step: number; tensors: NamedTensor[] } {
    const { parameters } = this.#model
    const { step, moment1, moment2 } = this.#optimizer
    const tensors = [
      ...parameters.toExport(read(moment1), 'moment1.'),
      ...parameters.toExport(read(moment2), 'moment2.'),
    ]
    return { step, tensors }
  }

  importOptimizer({ step, tensors }: { readonly step: number; readonly tensors: readonly NamedTensor[] }): void {
    const { parameters } = this.#model
    const given = byName(tensors)
    const moment1 = parameters.fromExport(given, 'moment1.')
    const moment2 = parameters.fromExport(given, 'moment2.')
    refuseOthers(
      tensors,
      parameters.names.flatMap((name) => [`moment1.${name}`, `moment2.${name}`]),
    )
    assign(this.#optimizer.moment1, moment1)
    assign(this.#optimizer.moment2, moment2)
    this.#optimizer.step = step
  }

  dispose(): void {
    tf.dispose([this.#parameters, ...this.#buffers])
    this.#optimizer.dispose()
    this.#model.dispose()
  }
}

/** Reads the step's numbers in one transfer, and frees them. */
function readResult(numbers: readonly Scalar[]): SegmentResult {
  const joined = tf.tidy(() => tf.stack([...numbers]))
  const [loss, gradientNorm, correct] = joined.dataSync() as unknown as [number, number, number]
  tf.dispose([joined, ...numbers])
  return { loss, gradientNorm, correct }
}

const read = (variable: Variable): Float32Array => Float32Array.from(variable.dataSync<'float32'>())

function assign(variable: Variable, data: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(data, variable.shape)))
}

function refuseOthers(tensors: readonly NamedTensor[], known: readonly string[]): void {
  const names = new Set(known)
  const extra = tensors.find(({ name }) => !names.has(name))
  if (extra)
    throw new LabError(
      'bad-input',
      `These weights have a tensor ${extra.name} that this model does not know.`,
      'Use weights of a model with the same configuration, on images of the same shape.',
    )
}
