import type { EngineEvent } from '../protocol'
import type { BatchOutcome } from './batch-step'
import { MESSAGE_INTERVAL, MetricsBuffer, Throttle } from './metrics-buffer'
import type { TrainingContext } from './loop'
import type { Position } from './position'

/** Weight of the newest batch in the images a second that are shown. */
const RATE_SMOOTHING = 0.1

type EventOf<Kind extends EngineEvent['kind']> = Omit<Extract<EngineEvent, { kind: Kind }>, 'kind'>
type ReporterContext = Pick<TrainingContext, 'emit' | 'tensors' | 'configuration' | 'learner' | 'engine'>

/** Turns what happens in a training into events: steps gathered, progress thinned out, order kept. */
export class Reporter {
  readonly #context: ReporterContext
  readonly #batchesPerEpoch: number
  readonly #stepMessages = new Throttle(MESSAGE_INTERVAL)
  readonly #progressMessages = new Throttle(MESSAGE_INTERVAL)
  #steps = new MetricsBuffer(0)
  /** Smoothed seconds an image. */
  #pace = 0

  constructor(context: ReporterContext, batchesPerEpoch: number) {
    this.#context = context
    this.#batchesPerEpoch = batchesPerEpoch
  }

  /** The training begins at `position`. */
  started({ step, epoch, batch, seconds }: Position): void {
    const { stepsPerBatch, parameters } = this.#context.learner
    this.#steps = new MetricsBuffer(step)
    this.#context.emit({
      kind: 'started',
      step,
      epoch,
      batch,
      seconds,
      stepsPerBatch,
      parameters,
      batchesPerEpoch: this.#batchesPerEpoch,
      mode: this.#context.engine.mode ?? 'eager',
    })
  }

  /**
   * One batch was trained.
   * @param position before it
   * @param runBatch its number in the run
   */
  batch(position: Position, runBatch: number, outcome: BatchOutcome, rate: (segment: number) => number): void {
    const { segments, author, images, seconds } = outcome
    const now = Date.now()
    segments.forEach((segment, m) => {
      const isLast = m === segments.length - 1
      const share = (m + 1) / segments.length
      this.#steps.add({
        batch: runBatch,
        epoch: position.epoch,
        segment: m,
        // Segments are not timed one by one: the batch's time is shared out evenly.
        seconds: position.seconds + share * seconds,
        wallTime: now - (1 - share) * seconds * 1000,
        loss: segment.loss,
        learningRate: rate(m),
        gradientNorm: segment.gradientNorm,
        accuracy: segment.correct / images,
        authorLoss: isLast && author ? author.loss : NaN,
        authorAccuracy: isLast && author ? author.accuracy : NaN,
      })
    })
    if (this.#stepMessages.pass(performance.now())) this.flush()
    const pace = seconds / images
    this.#pace = this.#pace === 0 ? pace : (1 - RATE_SMOOTHING) * this.#pace + RATE_SMOOTHING * pace
    this.#progress('training', position.epoch, position.batch + 1, this.#batchesPerEpoch, 1 / this.#pace)
  }

  /** @returns what to call with the batches done as an evaluation of `images` images goes on. */
  evaluating(epoch: number, images: number, batch: number): (batches: number) => void {
    const began = performance.now()
    return (done) => {
      const rate = (Math.min(done * batch, images) * 1000) / (performance.now() - began)
      this.#progress('evaluating', epoch, done, Math.ceil(images / batch), rate)
    }
  }

  epoch(event: EventOf<'epoch'>): void {
    this.flush()
    this.#context.emit({ kind: 'epoch', ...event })
  }

  /** Steps go first: whoever knows of the checkpoint has all steps before it. */
  checkpoint(event: EventOf<'checkpoint'>): void {
    this.flush()
    this.#context.emit({ kind: 'checkpoint', ...event })
  }

  /** Sends the steps gathered so far. */
  flush(): void {
    const steps = this.#steps.take()
    if (steps) this.#context.emit({ kind: 'steps', steps })
  }

  #progress(
    phase: EventOf<'progress'>['phase'],
    epoch: number,
    batch: number,
    batches: number,
    imagesPerSecond: number,
  ): void {
    if (!this.#progressMessages.pass(performance.now())) return
    this.#context.emit({
      kind: 'progress',
      phase,
      epoch,
      epochs: this.#context.configuration.training.epochs,
      batch,
      batches,
      imagesPerSecond,
      residentBytes: process.memoryUsage.rss(),
      tensors: this.#context.tensors(),
    })
  }
}
