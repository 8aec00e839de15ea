import { existsSync } from 'node:fs'
import { setTimeout as rest } from 'node:timers/promises'
import type { SegmentScoresView } from '../../../shared/contract/inside'
import { LabError } from '../../../shared/errors'
import { SCORED_AT_ONCE, type SegmentScores, SEGMENTS_SHOWN } from '../../../shared/inside/inside'
import { Random } from '../../../shared/random/philox'
import { streams } from '../../../shared/random/streams'
import type { EventBus } from '../contract/event-bus'
import type { SideEngine } from '../engine/side-engine'
import type { Lab } from '../lab'
import { type KeptScores, readScores, writeScores } from './segment-file'
import { segmentsOf, subject, type Subject } from './subject'

/** Images asked for at first and at least, at most, and seconds that an answer should take: others wait for the engine meanwhile. */
const LEAST_IMAGES = SCORED_AT_ONCE
const MOST_IMAGES = 256
const SECONDS = 8
/** While a run trains, the core is left to it so many times as long as a piece took. */
const REST = 3

interface Work {
  scores: KeptScores
  readonly stop: AbortController
}

/**
 * Accuracy after each segment over the test images, of runs' last weights. It goes through them in random order, in small
 * pieces, and keeps each: it may be stopped at any time, what it has says already how it will be, and it goes on from there.
 * Beside a training it rests between them.
 */
export class SegmentScoring {
  readonly #lab: Lab
  readonly #side: Pick<SideEngine, 'ask'>
  readonly #events: EventBus
  readonly #trains: () => boolean
  /** What goes on, and what ended the last attempt, by run. */
  readonly #works = new Map<string, Work>()
  readonly #problems = new Map<string, { message: string; hint: string | null }>()

  /** @param trains whether a run trains now */
  constructor(lab: Lab, side: Pick<SideEngine, 'ask'>, events: EventBus, trains: () => boolean) {
    this.#lab = lab
    this.#side = side
    this.#events = events
    this.#trains = trains
  }

  /** How far it is. @throws LabError when the run has no checkpoint or no segments */
  view(id: string): SegmentScoresView {
    const scored = subject(this.#lab, id)
    const { run, manifest, checkpoint } = scored
    const work = this.#works.get(run.id)
    const scores = work?.scores ?? readScores(this.#lab.runs.folder(run), checkpoint.file)
    const images = manifest.parts.test.count
    return {
      ...segmentsOf(scored),
      checkpoint: { step: checkpoint.step, epoch: checkpoint.epoch },
      ...{ images, scored: scores.scored },
      segments: scores.correct.map((correct, i) => ({ correct, loss: mean(scores.loss[i] ?? null, scores.scored) })),
      ...{ going: work !== undefined, stopping: work?.stop.signal.aborted ?? false },
      secondsLeft: this.#stretched(secondsLeft(this.#lab, scored, scores)),
      problem: this.#problems.get(run.id) ?? null,
    }
  }

  /** Begins, or goes on where it was stopped; does nothing while it goes on. @throws LabError as {@link view}, or without test images */
  start(id: string): void {
    const scored = subject(this.#lab, id)
    segmentsOf(scored)
    const { run, manifest, checkpoint } = scored
    if (manifest.parts.test.count === 0)
      throw new LabError('bad-input', `The data set ${manifest.name} has no test images.`)
    if (this.#works.has(run.id)) return
    const work = { scores: readScores(this.#lab.runs.folder(run), checkpoint.file), stop: new AbortController() }
    this.#works.set(run.id, work)
    this.#problems.delete(run.id)
    this.#tell(run.id)
    void this.#go(scored, work).finally(() => {
      this.#works.delete(run.id)
      this.#tell(run.id)
    })
  }

  /** Stops after the images it is at. Does nothing when nothing goes on. */
  stop(id: string): void {
    const { id: run } = this.#lab.store.runs.get(id)
    const work = this.#works.get(run)
    if (!work) return
    work.stop.abort()
    this.#tell(run)
  }

  /** Works until all is done or it is stopped; what goes wrong becomes the run's problem. */
  async #go(scored: Subject, work: Work): Promise<void> {
    const { run, manifest, looked } = scored
    const { count } = manifest.parts.test
    const places = Uint32Array.from({ length: count }, (_, place) => place)
    const order = new Random(run.seed, streams.segmentScores).shuffle(places)
    const { signal } = work.stop
    let size = LEAST_IMAGES
    try {
      while (work.scores.scored < count && !signal.aborted) {
        const images = order.slice(work.scores.scored, work.scores.scored + size)
        const request = { kind: 'score-segments', ...looked, part: 'test', images, segments: SEGMENTS_SHOWN } as const
        const found = await this.#side.ask<'score-segments'>(request)
        work.scores = add(work.scores, found, images.length)
        await writeScores(this.#lab.runs.folder(run), work.scores)
        this.#tell(run.id)
        size = nextSize(images.length, found.seconds)
        // Stopping ends the rest.
        if (this.#trains()) await rest(1000 * REST * found.seconds, null, { signal }).catch(() => null)
      }
    } catch (error) {
      if (error instanceof LabError && error.kind === 'cancelled') return // The lab is being closed.
      this.#problems.set(run.id, problemOf(error, scored))
    }
  }

  /** With its rests, should the training that goes on do so all the time. */
  #stretched(seconds: number | null): number | null {
    return seconds === null ? null : seconds * (this.#trains() ? 1 + REST : 1)
  }

  #tell(id: string): void {
    this.#events.emit({ kind: 'inside', id })
  }
}

/** Images to ask for after so many took so long: whole pieces of what is computed together. */
function nextSize(images: number, seconds: number): number {
  const wanted = Math.min(MOST_IMAGES, 4 * images, (images * SECONDS) / seconds)
  return Math.max(LEAST_IMAGES, SCORED_AT_ONCE * Math.floor(wanted / SCORED_AT_ONCE))
}

const mean = (sum: number | null, images: number): number | null => (sum === null || images === 0 ? null : sum / images)

function add(scores: KeptScores, found: SegmentScores, images: number): KeptScores {
  const loss = Array.from(found.loss, (loss, i) => {
    const sum = (scores.scored === 0 ? 0 : (scores.loss[i] ?? NaN)) + loss
    return Number.isFinite(sum) ? sum : null
  })
  return {
    ...scores,
    loss,
    scored: scores.scored + images,
    correct: Array.from(found.correct, (right, i) => (scores.correct[i] ?? 0) + right),
    seconds: scores.seconds + found.seconds,
  }
}

/** What the images so far took; before them what the run's own evaluation took, for as many segments and on one thread. */
function secondsLeft(lab: Lab, scored: Subject, scores: KeptScores): number | null {
  const left = scored.manifest.parts.test.count - scores.scored
  if (scores.scored > 0) return (left * scores.seconds) / scores.scored
  const { run } = scored
  const evaluation = lab.store.evaluations.list(run.id).findLast(({ part }) => part === 'test')
  if (!evaluation || run.engine === null || run.engine.device !== 'CPU') return null
  const { evaluated } = segmentsOf(scored)
  const longer = Math.max(SEGMENTS_SHOWN, evaluated) / evaluated
  return (left * longer * run.engine.threads * evaluation.seconds) / evaluation.images
}

/** In words; weights that are gone were replaced by newer ones. */
function problemOf(error: unknown, { run, looked }: Subject): { message: string; hint: string | null } {
  if (!existsSync(looked.weights))
    return {
      message: `Run ${run.id} has trained on, and the weights that were scored are gone.`,
      hint: 'Compute again with its newer weights, best once it has ended.',
    }
  if (error instanceof LabError) return { message: error.message, hint: error.hint }
  return { message: error instanceof Error ? error.message : String(error), hint: null }
}
