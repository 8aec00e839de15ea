import { basename } from 'node:path'
import type { Configuration } from '../../../shared/experiment/configuration'
import type { EngineInfo } from '../../../shared/experiment/engine-info'
import { evaluationBatch } from '../../../shared/experiment/prediction'
import { learningRate } from '../../../shared/experiment/schedule'
import { BatchMaker } from '../data/batches'
import { type OpenDataSet, partIds } from '../data/open'
import type { EngineEvent, Evaluation, TrainResult } from '../protocol'
import { type BatchOutcome, trainOnBatch } from './batch-step'
import { checkpointName, NotFiniteError, pruneCheckpoints, writeCheckpoint } from './checkpoint'
import { evaluate } from './evaluation'
import { type HaltSignal, yieldToMessages } from './halt'
import type { Learner, SegmentResult } from './learner'
import { TrainingOrder } from './order'
import { emptySums, type Position } from './position'
import { Reporter } from './reporter'

/** Milliseconds between checkpoints within an epoch: what a kill may cost at most. */
const CHECKPOINT_INTERVAL = 5 * 60_000

export interface TrainingContext {
  readonly configuration: Configuration
  readonly dataSet: OpenDataSet
  /** With its weights and moments already loaded when the run goes on. */
  readonly learner: Learner
  readonly engine: EngineInfo
  /** Where checkpoints go. */
  readonly folder: string
  /** Where it begins, and the checkpoint that says so. */
  readonly from: { readonly position: Position; readonly checkpoint: string | null }
  readonly halt: HaltSignal
  readonly emit: (event: EngineEvent) => void
  /** Tensors alive now, for the progress report. */
  readonly tensors: () => number
  /** Milliseconds; the default is five minutes. */
  readonly checkpointInterval?: number
}

/** Trains from the context's position to the end, a halt, or a loss that is not finite. @throws LabError when a file cannot be read or written. */
export const train = (context: TrainingContext): Promise<TrainResult> => new TrainingRun(context).run()

/** Why a training ends before its last epoch. */
type Ending = 'paused' | 'stopped' | { readonly diverged: string }

/** One training request: epochs × batches, with evaluation and checkpoints between. */
class TrainingRun {
  readonly #context: TrainingContext
  readonly #order: TrainingOrder
  readonly #batches: BatchMaker
  readonly #report: Reporter
  #position: Position
  /** Last whole checkpoint, and when it was written (milliseconds). */
  #checkpoint: string | null
  #checkpointAt = performance.now()

  constructor(context: TrainingContext) {
    const { dataSet, configuration, from } = context
    const { trainLimit, batch, seed } = configuration.training
    this.#context = context
    this.#order = new TrainingOrder(partIds(dataSet, 'train'), trainLimit, batch, seed)
    this.#batches = new BatchMaker(dataSet)
    this.#position = from.position
    this.#checkpoint = from.checkpoint
    this.#report = new Reporter(context, this.#order.batchesPerEpoch)
  }

  async run(): Promise<TrainResult> {
    this.#report.started(this.#position)
    try {
      while (this.#position.epoch < this.#context.configuration.training.epochs) {
        const ended = (await this.#trainEpoch()) ?? (await this.#closeEpoch())
        if (ended === 'paused' || ended === 'stopped') return this.#result(ended)
        if (ended) return this.#result('diverged', ended.diverged)
      }
      return this.#result('finished')
    } catch (error) {
      if (!(error instanceof NotFiniteError)) throw error
      return this.#result('diverged', `After ${this.#position.step} steps ${error.message}.`)
    } finally {
      this.#report.flush()
    }
  }

  /** Trains what is left of the epoch and writes a checkpoint, so that nothing is lost while the epoch is evaluated. */
  async #trainEpoch(): Promise<Ending | null> {
    const { halt, checkpointInterval = CHECKPOINT_INTERVAL } = this.#context
    if (this.#position.batch === this.#order.batchesPerEpoch) return null
    const order = this.#order.epoch(this.#position.epoch)
    while (this.#position.batch < this.#order.batchesPerEpoch) {
      await yieldToMessages()
      if (halt.reason) {
        this.#writeCheckpoint()
        return halt.reason
      }
      const diverged = await this.#trainBatch(this.#order.batch(order, this.#position.batch))
      if (diverged) return { diverged }
      if (performance.now() - this.#checkpointAt >= checkpointInterval) this.#writeCheckpoint()
    }
    this.#writeCheckpoint()
    return null
  }

  /**
   * Trains on a batch, or until a stop: a run that is stopped has ended for good, so what is left of its batch is nobody's. A pause
   * waits for the batch's end, to go on from there with the same bits.
   * @returns what is wrong when a number is not finite.
   */
  async #trainBatch(ids: Uint32Array): Promise<string | null> {
    const { learner, dataSet, halt } = this.#context
    const { training } = this.#context.configuration
    const { epoch, batch, step } = this.#position
    const run = { batchesPerEpoch: this.#order.batchesPerEpoch, stepsPerBatch: learner.stepsPerBatch }
    const runBatch = epoch * run.batchesPerEpoch + batch
    const rate = (segment: number): number => learningRate(training, run, runBatch, segment)
    const goOn = async (): Promise<boolean> => {
      await yieldToMessages()
      return halt.reason !== 'stopped'
    }
    const outcome = await trainOnBatch(learner, this.#batches, ids, dataSet.labels, training, rate, goOn)
    const bad = outcome.segments.findIndex((s) => !Number.isFinite(s.loss) || !Number.isFinite(s.gradientNorm))
    const segments = bad < 0 ? outcome.segments : outcome.segments.slice(0, bad + 1)
    this.#report.batch(this.#position, runBatch, { ...outcome, segments }, rate)
    if (bad >= 0) {
      const { loss, gradientNorm } = segments[bad]!
      return `The loss is ${loss} (gradient norm ${gradientNorm}) at step ${step + bad} (${this.#where()}).`
    }
    this.#position = advance(this.#position, outcome)
    return null
  }

  /** Evaluates the epoch, reports it, and writes the checkpoint that begins the next one. */
  async #closeEpoch(): Promise<Ending | null> {
    const { training } = this.#context.configuration
    const { epoch, sums, best } = this.#position
    const last = epoch + 1 === training.epochs
    const evaluations = await this.#evaluateEpoch(last)
    if (!evaluations) return this.#context.halt.reason
    const images = sums.images
    this.#report.epoch({
      epoch,
      trainLoss: sums.loss / images,
      trainAccuracy: sums.correct / images,
      authorLoss: training.authorMetrics ? sums.authorLoss / images : null,
      authorAccuracy: training.authorMetrics ? sums.authorCorrect / images : null,
      trainSeconds: sums.seconds,
      evaluations,
    })
    const next = { ...this.#position, epoch: epoch + 1, batch: 0, sums: emptySums }
    // Chosen on the validation part where there is one; it comes first.
    const accuracy = evaluations.find((e) => e.part !== 'train')?.accuracy
    const better = accuracy !== undefined && (best === null || accuracy > best.accuracy)
    this.#position = better ? { ...next, best: { epoch, accuracy, file: checkpointName(next) } } : next
    this.#writeCheckpoint()
    return null
  }

  /** Every part there is, validation first; at the last epoch the training part as well when asked for. */
  async #evaluateEpoch(last: boolean): Promise<Evaluation[] | null> {
    const { dataSet, learner, configuration, halt } = this.#context
    const { finalTrainEvaluation } = configuration.training
    const batch = evaluationBatch(configuration.training)
    const evaluations: Evaluation[] = []
    for (const part of ['validation', 'test', 'train'] as const) {
      const images = dataSet.manifest.parts[part].count
      if (images === 0 || (part === 'train' && !(last && finalTrainEvaluation))) continue
      const progress = this.#report.evaluating(this.#position.epoch, images, batch)
      const between = async (done: number): Promise<boolean> => {
        progress(done)
        await yieldToMessages()
        return halt.reason === null
      }
      // All of them, so that a run that goes on or stops early can be looked into; the store keeps those of the last epoch.
      const probabilities = part !== 'train'
      const evaluation = await evaluate(learner, dataSet, part, { batch, probabilities, between })
      if (!evaluation) return null
      evaluations.push(evaluation)
    }
    return evaluations
  }

  /** Writes the position's checkpoint; keeps it, the one before (which the lab may not have replaced in its records yet) and the best. */
  #writeCheckpoint(): void {
    const { folder, learner, configuration, dataSet, engine } = this.#context
    const position = this.#position
    if (this.#checkpoint !== null && basename(this.#checkpoint) === checkpointName(position)) return
    const state = {
      configuration,
      dataSetHash: dataSet.manifest.hash,
      engine,
      position,
      random: this.#order.randomState(position.epoch),
    }
    const { file, bytes } = writeCheckpoint(folder, learner, state)
    const kept = [file, this.#checkpoint, position.best?.file].filter((name) => typeof name === 'string')
    pruneCheckpoints(folder, kept)
    this.#checkpoint = file
    this.#checkpointAt = performance.now()
    this.#report.checkpoint({ file, step: position.step, epoch: position.epoch, bytes })
  }

  #where(): string {
    const { epoch, batch } = this.#position
    return `epoch ${epoch + 1}, batch ${batch + 1} of ${this.#order.batchesPerEpoch}`
  }

  #result(reason: TrainResult['reason'], message: string | null = null): TrainResult {
    return { reason, step: this.#position.step, epoch: this.#position.epoch, checkpoint: this.#checkpoint, message }
  }
}

/** The position after one more batch, whole or left. */
function advance(position: Position, outcome: BatchOutcome): Position {
  const { images, segments, author, seconds } = outcome
  const mean = (of: (segment: SegmentResult) => number): number =>
    segments.reduce((sum, segment) => sum + of(segment), 0) / segments.length
  const { sums } = position
  return {
    ...position,
    batch: position.batch + 1,
    step: position.step + segments.length,
    seconds: position.seconds + seconds,
    sums: {
      images: sums.images + images,
      loss: sums.loss + images * mean((s) => s.loss),
      correct: sums.correct + mean((s) => s.correct),
      authorLoss: sums.authorLoss + images * (author?.loss ?? 0),
      authorCorrect: sums.authorCorrect + images * (author?.accuracy ?? 0),
      seconds: sums.seconds + seconds,
    },
  }
}
