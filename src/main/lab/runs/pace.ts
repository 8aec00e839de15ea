import type { EngineEvent } from '../../engine/protocol'

/**
 * How long a training will still take, from what it took since it began or went on: batches trained in wall time,
 * evaluations included. One for each training, so pauses are never in it.
 */
export class Pace {
  #batchesPerEpoch = 0
  #first: { readonly at: number; readonly left: number } | null = null

  /**
   * Takes note of where the training is.
   * @param now milliseconds
   * @returns seconds left; null until a batch was measured
   */
  secondsLeft(event: Extract<EngineEvent, { kind: 'progress' }>, now: number): number | null {
    const { epoch, epochs, batch, batches, phase } = event
    if (phase === 'training') this.#batchesPerEpoch = batches
    if (this.#batchesPerEpoch === 0) return null
    // An evaluation counts batches of its own; those of its epoch are all trained.
    const left =
      phase === 'training' ? (epochs - epoch) * batches - batch : (epochs - epoch - 1) * this.#batchesPerEpoch
    this.#first ??= { at: now, left }
    const done = this.#first.left - left
    return done > 0 ? (left * (now - this.#first.at)) / 1000 / done : null
  }
}
