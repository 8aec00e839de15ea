import type { DataSetManifest } from '../../../shared/data/dataset'
import type { TrainingConfiguration } from '../../../shared/experiment/configuration'
import { evaluationBatch } from '../../../shared/experiment/prediction'
import type { EngineEvent } from '../../engine/protocol'

type Progress = Extract<EngineEvent, { kind: 'progress' }>

/** Batches that are evaluated after each epoch, and after the last one. */
export interface EvaluatedBatches {
  readonly each: number
  readonly last: number
  /** Images of one, in training batches. */
  readonly size: number
}

/** An evaluation has the forward pass alone; the backward pass takes twice as long as that. Until one was measured. */
const FORWARD_SHARE = 1 / 3

/** What a run evaluates beside its training: validation and test after each epoch, the training part where asked for. */
export function evaluatedBatches(
  { parts }: Pick<DataSetManifest, 'parts'>,
  training: Pick<TrainingConfiguration, 'batch' | 'finalTrainEvaluation'>,
): EvaluatedBatches {
  const batches = ({ count }: { readonly count: number }): number => Math.ceil(count / evaluationBatch(training))
  const each = batches(parts.validation) + batches(parts.test)
  const size = evaluationBatch(training) / training.batch
  return { each, size, last: each + (training.finalTrainEvaluation ? batches(parts.train) : 0) }
}

/**
 * How long a training will still take, from what its batches took in the last minutes; evaluations by what theirs took, and
 * before the first one by the share of a training batch that is its forward pass. One for each training, so pauses are never in it.
 */
export class Pace {
  readonly #evaluated: EvaluatedBatches
  readonly #training = new Rate()
  readonly #evaluating = new Rate()
  #batchesPerEpoch = 0
  #before: { readonly event: Progress; readonly at: number } | null = null
  /** Batches of the epoch's parts that were evaluated before the one that is evaluated now. */
  #partsBefore = 0

  constructor(evaluated: EvaluatedBatches) {
    this.#evaluated = evaluated
  }

  /**
   * Takes note of where the training is.
   * @param now milliseconds
   * @returns seconds left; null until a training batch was measured
   */
  secondsLeft(event: Progress, now: number): number | null {
    this.#measure(event, now)
    this.#before = { event, at: now }
    const { epoch, epochs, batch, batches, phase } = event
    if (phase === 'training') this.#batchesPerEpoch = batches
    const trainingBatch = this.#training.seconds
    if (this.#batchesPerEpoch === 0 || trainingBatch === null) return null
    const evaluatedBatch = this.#evaluating.seconds ?? FORWARD_SHARE * this.#evaluated.size * trainingBatch
    const later = epochs - epoch - 1
    const { each, last } = this.#evaluated
    const trainingLeft = later * this.#batchesPerEpoch + (phase === 'training' ? batches - batch : 0)
    const ofThisEpoch = later === 0 ? last : each
    const done = phase === 'training' ? 0 : this.#partsBefore + batch
    const evaluatingLeft = Math.max(0, ofThisEpoch - done) + (later > 0 ? (later - 1) * each + last : 0)
    return trainingLeft * trainingBatch + evaluatingLeft * evaluatedBatch
  }

  /** Counts the time since the event before it where both are of one stretch of batches. */
  #measure({ phase, epoch, batch, batches }: Progress, now: number): void {
    const before = this.#before
    const same = before?.event.phase === phase && before.event.epoch === epoch
    if (phase === 'training' || !same) this.#partsBefore = 0
    if (!same) return
    const done = batch - before.event.batch
    if (done < 0)
      this.#partsBefore += before.event.batches // The next part has begun.
    else if (batches === before.event.batches)
      (phase === 'training' ? this.#training : this.#evaluating).add(done, (now - before.at) / 1000)
  }
}

/** Seconds of work after which what was measured before them counts half: what else the machine does changes. */
const HALF_LIFE = 300
/** A stretch that took so many times what was expected, and more than a minute, is a sleep of the machine. */
const SLEEP = 20

/** Mean seconds a batch of what was measured, most of the last minutes. */
class Rate {
  #batches = 0
  #seconds = 0
  #slept = false

  add(batches: number, seconds: number): void {
    const expected = batches * (this.seconds ?? Infinity)
    // A machine that has become so much slower is so in the next stretch as well.
    this.#slept = !this.#slept && seconds > 60 && seconds > SLEEP * expected
    if (this.#slept) return
    const before = 2 ** (-seconds / HALF_LIFE)
    this.#batches = before * this.#batches + batches
    this.#seconds = before * this.#seconds + seconds
  }

  /** null: nothing was measured. */
  get seconds(): number | null {
    return this.#batches > 0 ? this.#seconds / this.#batches : null
  }
}
