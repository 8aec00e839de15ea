import type { Configuration } from './configuration'
import type { InputShape } from './family'
import { lanesOf, MICRO_BATCH } from './lanes'
import { isRecorded } from './mode-choice'
import { modelCost, modelSpeed } from './registry'

/** Images of a data set's parts. */
export interface PartCounts {
  readonly train: number
  readonly validation: number
  readonly test: number
}

/** Expected seconds of a run's pieces. */
export interface Prediction {
  /** Training of one epoch, what the run's record calls its training time. */
  readonly trainEpoch: number
  /** The author's extra pass of one epoch; 0 unless asked for. */
  readonly authorEpoch: number
  /** Evaluation of validation and test part, after every epoch. */
  readonly evaluateEpoch: number
  /** Evaluation of the training part, once at the end; 0 unless asked for. */
  readonly finalEvaluation: number
}

/** Images of an epoch. @param images of the training part */
export const trainedImages = ({ trainLimit }: Pick<Configuration['training'], 'trainLimit'>, images: number): number =>
  Math.min(images, trainLimit ?? Infinity)

/** Images predicted at once at least, however small the batches that are trained on: nothing of a prediction is kept for a gradient. */
const EVALUATED = 128

/** Images of a batch in evaluation. @param training whose model is evaluated */
export const evaluationBatch = ({ batch }: Pick<Configuration['training'], 'batch'>): number =>
  Math.max(batch, EVALUATED)

/** How much faster bfloat16 products are than float32 ones on the machine that a family's shares were measured on, by its instructions. */
const BFLOAT16_GAIN = 2

/**
 * Share of the float32 rate that a graph reaches with bfloat16 products, where they are `gain` times as fast as float32 ones:
 * only the time in products changes. It is reckoned from what they saved at {@link BFLOAT16_GAIN}.
 */
function bfloat16Share({ recorded, bfloat16 }: { recorded: number; bfloat16: number }, gain: number): number {
  const products = (1 - recorded / bfloat16) / (1 - 1 / BFLOAT16_GAIN)
  return recorded / (products / gain + 1 - products)
}

/**
 * How well a training uses an engine.
 * @param work floating point operations of an epoch
 * @param lanes it is run in, see {@link expectedLanes}
 * @param gain how many times as fast as float32 products bfloat16 ones are there
 * @returns share of the engine's rate in float32 matrix products (above 1 is possible with bfloat16), and seconds that calling the
 *   operations of a step takes
 */
export function expectedSpeed(
  { model, training }: Pick<Configuration, 'model' | 'training'>,
  work: number,
  lanes: number,
  gain = BFLOAT16_GAIN,
): { share: number; callSeconds: number } {
  const { share, stepSeconds } = modelSpeed(model)
  if (!isRecorded(training, work * training.epochs)) return { share: share.eager, callSeconds: stepSeconds }
  const recorded = lanes > 1 && share.lanes ? share.lanes : share
  const reached = training.precision === 'bfloat16' ? bfloat16Share(recorded, gain) : recorded.recorded
  return { share: reached, callSeconds: 0 }
}

/** In how many lanes a training will be run on an engine; 1: in none. What is left to the lab is taken to be a graph. */
export function expectedLanes(
  configuration: Configuration,
  input: InputShape,
  images: number,
  engine: Parameters<typeof lanesOf>[2],
): number {
  const { model, training } = configuration
  const work = modelCost(model, input).trainFlops * trainedImages(training, images) * training.epochs
  return isRecorded(training, work) && training.mode !== 'xla' ? lanesOf(configuration, 'graph', engine) : 1
}

/**
 * Expected seconds of one training batch, full, of a long run.
 * @param gflops the engine's rate in plain float32 matrix products, GFLOP/s
 * @param lanes it is run in
 */
export function expectedBatch(
  { model, training }: Pick<Configuration, 'model' | 'training'>,
  input: InputShape,
  gflops: number,
  lanes: number,
): number {
  const { trainFlops } = modelCost(model, input)
  const { share, callSeconds } = expectedSpeed({ model, training }, Infinity, lanes)
  return (training.batch * trainFlops) / (share * gflops * 1e9) + segments(model).train * callSeconds
}

/**
 * What a run should take on an engine: operations over the rate that the family reaches, and the time that calling the
 * operations one by one takes whatever their size. An evaluation calls about half the operations of a step.
 * @param gflops the engine's rate in plain float32 matrix products, GFLOP/s
 * @param lanes it is run in
 * @param gain how many times as fast as float32 products bfloat16 ones are there
 */
export function predict(
  { model, training }: Configuration,
  input: InputShape,
  parts: PartCounts,
  gflops: number,
  lanes: number,
  gain?: number,
): Prediction {
  const { trainFlops, evalFlops } = modelCost(model, input)
  const images = trainedImages(training, parts.train)
  const { share, callSeconds } = expectedSpeed({ model, training }, trainFlops * images, lanes, gain)
  const rate = share * gflops * 1e9
  const { train: segmentsTrain, evaluate: segmentsEval } = segments(model)
  const seconds = (images: number, flops: number, batch: number, calls: number): number =>
    (images * flops) / rate + Math.ceil(images / batch) * calls * callSeconds
  const evaluation = (images: number, batch = evaluationBatch(training)): number =>
    seconds(images, evalFlops, batch, segmentsEval / 2)
  return {
    trainEpoch: seconds(images, trainFlops, training.batch, segmentsTrain),
    // It measures each training batch again.
    authorEpoch: training.authorMetrics ? evaluation(images, training.batch) : 0,
    evaluateEpoch: evaluation(parts.validation) + evaluation(parts.test),
    finalEvaluation: training.finalTrainEvaluation ? evaluation(parts.train) : 0,
  }
}

/** M in training and in evaluation; a model without segments has one of each. */
export const segments = (model: Configuration['model']): { train: number; evaluate: number } =>
  'segmentsTrain' in model ? { train: model.segmentsTrain, evaluate: model.segmentsEval } : { train: 1, evaluate: 1 }

/** Seconds of one epoch with its evaluation, and of the whole run. */
export function totals(prediction: Prediction, epochs: number): { epoch: number; run: number } {
  const epoch = prediction.trainEpoch + prediction.authorEpoch + prediction.evaluateEpoch
  return { epoch, run: epochs * epoch + prediction.finalEvaluation }
}

/** Bytes of the engine process before it holds a model: Node, TensorFlow, its threads. Measured at the tiny presets. */
const PROCESS_BYTES = 0.61e9
/** What the graphs of a run in lanes take besides, a copy of the step for each micro-batch. */
const LANES_BYTES = 0.15e9
/** Of what a batch holds operation by operation, how much a recorded step does: TensorFlow frees each tensor after its last use. */
const HELD = { graph: 0.3, xla: 0.45 } as const
/** Weights, gradient, two moments of AdamW and a copy while it steps, float32 each. */
const PARAMETER_BYTES = 20

/**
 * Peak memory of training, bytes: process, parameters with their moments, and what a batch holds for its gradient.
 * Within 5 % of the eager peaks in docs/reproduction.md, "Speed", and 15 % of those in docs/performance.md; elsewhere an estimate.
 * @param images trained on in an epoch
 * @param lanes it is run in: only their micro-batches are held at once
 */
export function peakMemory(
  { model, training }: Configuration,
  input: InputShape,
  images: number,
  lanes: number,
): number {
  const { parameters, activations, trainFlops } = modelCost(model, input)
  const recorded = isRecorded(training, trainFlops * trainedImages(training, images) * training.epochs)
  // Left to the lab, it may be compiled.
  const isGraph = training.mode === 'graph' || training.precision === 'bfloat16' || lanes > 1
  const held = recorded ? (isGraph ? HELD.graph : HELD.xla) : 1
  const atOnce = lanes > 1 ? Math.min(training.batch, lanes * MICRO_BATCH) : training.batch
  const base = PROCESS_BYTES + (lanes > 1 ? LANES_BYTES : 0)
  return Math.round(base + PARAMETER_BYTES * parameters + 4 * atOnce * activations * held)
}

/** A run that was measured, and how its time compares with {@link predict}. */
export interface Measured {
  readonly family: string
  readonly trainFlops: number
  readonly batch: number
}

/** How unlike two runs are: how many times more work an image and a batch is, by logarithm. Families are not compared. */
export const distance = (a: Measured, b: Measured): number =>
  a.family === b.family
    ? Math.abs(Math.log(a.trainFlops / b.trainFlops)) + Math.abs(Math.log(a.batch / b.batch)) / 2
    : Infinity
