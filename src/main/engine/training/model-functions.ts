import type { TrainingConfiguration } from '../../../shared/experiment/configuration'
import { Random } from '../../../shared/random/philox'
import { streams } from '../../../shared/random/streams'
import { type Scalar, type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import { crossEntropy, smoothedTargets } from '../layers/cross-entropy'
import { valueAndGradients, withoutGradient } from '../layers/gradient'
import { haltingLoss, haltingTargets, keepHalted } from '../models/halting'
import { type Carry, type Encoded, EVALUATION, type Outputs, type Pass } from '../models/model'
import type { Values } from '../models/parameters'
import type { ModelState } from './model-state'

/** One segment as seen from outside (golden vectors); the tensors live only during the call. */
export interface SegmentTrace {
  readonly logits: Tensor2D
  /** What the segment hands on. */
  readonly carry: Carry
  /** Unclipped gradient of all parameters, as ParameterSet.toExport takes it; null in evaluation. */
  readonly gradient: Tensor1D | null
}
export type Observe = (segment: number, trace: SegmentTrace) => void

/** B images to train on. */
export interface TrainingBatch {
  /** float32 [B,H,W,C], standardised */
  readonly images: Tensor4D
  /** int32 [B] */
  readonly labels: Tensor1D
}

/** What an update needs besides. */
export interface UpdateInputs {
  /** [3], see AdamW.next */
  readonly rates: Tensor1D
  /** [B, width]: 1/(1 − rate) or 0 for each feature; null without dropout */
  readonly mask: Tensor2D | null
}

/** A segment's loss, gradient norm before clipping, and number of right answers: [3]. */
export type SegmentNumbers = Tensor1D

/** What one segment's forward and backward pass give of a batch. */
export interface SegmentGradient {
  /** Means and sums over the batch. */
  readonly loss: Scalar
  readonly correct: Scalar
  /** [B,K] */
  readonly logits: Tensor2D
  /** Of all parameters, unclipped: [P] */
  readonly gradient: Tensor1D
  readonly carry: Carry
}

/**
 * Training and prediction as functions of tensors and of the state's variables alone: no JS number in them changes from
 * call to call, so that they can be recorded as a graph.
 */
export class ModelFunctions {
  readonly #state: ModelState
  readonly #training: TrainingConfiguration
  readonly #classes: number

  constructor(state: ModelState, training: TrainingConfiguration, classes: number) {
    this.#state = state
    this.#training = training
    this.#classes = classes
  }

  /** The state a batch of `batch` images starts from. */
  start(batch: number): Carry {
    return this.#state.model.start(this.#state.values(), batch)
  }

  /** One segment: forward, backward, update of all variables. */
  trainSegment(
    carry: Carry,
    segment: number,
    batch: TrainingBatch,
    { rates, mask }: UpdateInputs,
    observe?: Observe,
  ): { carry: Carry; numbers: SegmentNumbers } {
    const last = segment === this.#state.model.segmentsTrain - 1
    const { loss, correct, logits, gradient, carry: next } = this.gradient(carry, last, batch, mask)
    observe?.(segment, { logits, carry: next, gradient })
    const norm = this.update(gradient, rates)
    return { carry: next, numbers: tf.stack([loss, norm, correct]) as SegmentNumbers }
  }

  /**
   * Forward and backward pass of one segment. Running statistics are assigned, parameters are not.
   * @param last of the batch's segments, which matters to an ACT head only
   * @param mask see {@link UpdateInputs}
   */
  gradient(carry: Carry, last: boolean, { images, labels }: TrainingBatch, mask: Tensor2D | null): SegmentGradient {
    const views = this.#state.views()
    const pass: Pass = { training: true, dropoutMask: mask }
    const { aux, gradients } = valueAndGradients(
      () => this.#forward(this.#state.values(views), carry, images, labels, last, pass),
      views,
    )
    this.#keepStatistics(aux.statistics)
    const { loss, correct, logits, carry: next } = aux
    return { loss, correct, logits, carry: next, gradient: this.#state.model.parameters.join(gradients) }
  }

  /** Changes the parameters by a gradient. @param rates [3], see AdamW.next @returns the gradient's norm before clipping */
  update(gradient: Tensor1D, rates: Tensor1D): Scalar {
    return this.#state.optimizer.update(this.#state.parameters, gradient, rates)
  }

  #forward(values: Values, carry: Carry, images: Tensor4D, labels: Tensor1D, last: boolean, pass: Pass) {
    const { model } = this.#state
    const encoded = model.encode(values, images, pass)
    const [next, outputs] = model.segment(values, carry, encoded, pass)
    const targets = smoothedTargets(labels, this.#classes, this.#training.labelSmoothing)
    const loss = tf.div(crossEntropy(outputs.logits, targets), labels.size) as Scalar
    const right = tf.cast(tf.equal(tf.argMax(outputs.logits, -1), labels), 'float32') as Tensor1D // [B]
    const halting = this.#haltingLoss(values, next, encoded, outputs, right, last, pass)
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
    last: boolean,
    pass: Pass,
  ): Scalar | null {
    if (!halting) return null
    const { model } = this.#state
    const targets = withoutGradient(() => {
      const [, after] = model.segment(values, next, encoded, pass)
      return haltingTargets(right, after.halting!, last)
    })
    return tf.div(haltingLoss(halting, targets), right.size) as Scalar
  }

  #keepStatistics(statistics: Encoded['statistics']): void {
    const { model, buffers } = this.#state
    model.parameters.buffers.forEach(({ name }, index) => {
      const updated = statistics[name]
      if (updated) buffers[index]!.assign(updated)
    })
  }

  /** Probabilities [B,K], and the cross-entropy with the labels without smoothing, summed over the batch (0 without labels). */
  predict(images: Tensor4D, labels: Tensor1D | null, observe?: Observe): [probabilities: Tensor2D, loss: Scalar] {
    const logits = this.#logits(images, observe)
    const targets = labels && smoothedTargets(labels, this.#classes, 0)
    return [tf.softmax(logits), targets ? crossEntropy(logits, targets) : tf.scalar(0)]
  }

  /** Logits [B,K] after M_eval segments, or of the segment at which the ACT head halts each image. */
  #logits(images: Tensor4D, observe: Observe | undefined): Tensor2D {
    const { model } = this.#state
    const values = this.#state.values(this.#state.views())
    const encoded = model.encode(values, images, EVALUATION)
    let carry = model.start(values, images.shape[0])
    let halted = tf.zeros([images.shape[0]], 'bool') as Tensor1D
    let kept: Tensor2D | null = null
    for (let segment = 0; segment < model.segmentsEval; segment++) {
      const [next, { logits, halting }] = model.segment(values, carry, encoded, EVALUATION)
      carry = next
      observe?.(segment, { logits, carry, gradient: null })
      if (halting) ({ logits: kept, halted } = keepHalted(halted, kept ?? logits, logits, halting))
      else kept = logits
    }
    return kept!
  }

  /** Dropout's factors for the next update: fixed by seed and step, so that a resumed run draws the same. Null without. */
  dropoutMask(batch: number): Float32Array | null {
    const { dropout } = this.#state.model
    if (!dropout) return null
    const { rate, width } = dropout
    const random = new Random(this.#training.seed, streams.dropout + this.#state.optimizer.step)
    return Float32Array.from({ length: batch * width }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)))
  }
}
