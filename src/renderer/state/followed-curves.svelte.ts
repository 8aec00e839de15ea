import type { CurveName } from '../../shared/contract/curves'
import type { LabEvent, LiveSteps } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'
import { failureOf } from '../transport/client'
import type { CurveLens } from './curve-lens.svelte'
import { CurveSet, type CurveQuestion } from './curve-points'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'
import { isWhole, whole, type Range } from './zoom'

/** The store is written once a second or so: news that old may be missing from curves just read. Kept in messages. */
const RECENT = 100
/** Wait before curves with missing steps are asked for again, for the store to have them. Milliseconds. */
const RETRY_AFTER = 1000

/** Which curves have an average. */
const averaged: ReadonlySet<CurveName> = new Set(['loss', 'authorLoss', 'gradientNorm', 'imagesPerSecond'])

/** What is read of a run, and by whose lens. */
export interface Following {
  readonly lens: Pick<CurveLens, 'look' | 'range' | 'logX'>
  /** Most points of each curve that is wanted. */
  readonly points: () => CurveQuestion['points']
  /** Values are not drawn where there is an average: they need not be sent. Without it they are. */
  readonly averageOnly?: () => boolean
  /** Waits for its turn to ask the lab; null: none is needed. */
  readonly turn: (<Value>(work: () => Promise<Value>) => Promise<Value>) | null
  /** Hears that there are other points, of the store's or of new steps. */
  readonly onPoints?: (from: 'store' | 'steps') => void
}

/**
 * What was read of a run's curves from the store, and what came since. There is always the whole run, thinned; while a part
 * of it is looked at, also that part, with all its points where they fit.
 */
export class FollowedCurves {
  readonly id: string
  readonly #lab: Lab
  readonly #following: Following
  /** The whole run, and the range that is looked at; both are added to in place: `revision` tells of it. */
  #overview = $state.raw<CurveSet | null>(null)
  #detail = $state.raw<CurveSet | null>(null)
  revision = $state(0)
  problem = $state.raw<Failure | null>(null)
  #recent: LiveSteps[] = []
  #retry: ReturnType<typeof setTimeout> | null = null
  #open = false
  /** Of the last question, milliseconds. */
  askedAt = -Infinity
  readonly #sync: () => void

  constructor(lab: Lab, id: string, following: Following) {
    this.#lab = lab
    this.id = id
    this.#following = following
    this.#sync = refresher(
      () => this.#ask(),
      (error) => void (this.problem = failureOf(error)),
    )
  }

  /** Begins to ask. @returns how to stop */
  start(): () => void {
    this.#open = true
    this.#sync()
    return () => {
      this.#open = false
      if (this.#retry) clearTimeout(this.#retry)
      this.#retry = null
    }
  }

  /** Asks for what is missing. */
  ask(): void {
    this.#sync()
  }

  /** Asks for everything again: events were missed, or something was recorded that no event carries. */
  reload(): void {
    for (const set of [this.#overview, this.#detail]) if (set) set.stale = true
    this.#sync()
  }

  /** The run begins or goes on from a checkpoint: steps after it are done again. */
  restart(): void {
    this.#recent = []
    this.reload()
  }

  /** What is drawn: the range's own points once they are there, until then the whole run's. */
  get shown(): CurveSet | null {
    void this.revision
    const { range } = this.#following.lens
    const detail = this.#fits(this.#detail) && sameRange(this.#detail.question.range, range) ? this.#detail : null
    return detail ?? (this.#fits(this.#overview) ? this.#overview : null)
  }

  /** The whole run's extent on the axis; null before its first step, or while it is not known. */
  get extent(): { readonly first: number; readonly last: number } | null {
    void this.revision
    return this.#fits(this.#overview) ? this.#overview.extent : null
  }

  get steps(): number {
    return this.#overview?.steps ?? 0
  }

  /** The loss of the newest step that is finite; null before the first. */
  get newestLoss(): number | null {
    void this.revision
    return this.#overview?.get('loss')?.raw.at(-1)?.y ?? null
  }

  /** Takes what happens in the lab; others' news is left alone. */
  take(event: LabEvent): void {
    if (event.kind === 'run-steps' && event.id === this.id) this.#append(event.steps)
    if (event.kind === 'run-progress' && event.id === this.id) {
      const now = performance.now()
      const kept = [this.#overview, this.#detail].map((set) => set?.remember(event.residentBytes, now))
      if (kept.some(Boolean)) this.revision += 1
    }
  }

  #append(steps: LiveSteps): void {
    this.#recent = [...this.#recent.slice(1 - RECENT), steps]
    const sets = [this.#overview, this.#detail].filter((set) => set !== null)
    if (sets.some((set) => !set.append(steps))) this.#retryLater()
    else if (sets.some((set) => set.crowded)) this.#sync()
    this.#tell('steps')
  }

  #tell(from: 'store' | 'steps'): void {
    this.revision += 1
    this.#following.onPoints?.(from)
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null
      this.reload()
    }, RETRY_AFTER)
  }

  /** Whether a set answers for the look of now, its range aside. */
  #fits(set: CurveSet | null): set is CurveSet {
    const { lens } = this.#following
    return set !== null && set.question.axis === lens.look.axis && set.question.logX === lens.logX
  }

  #question(range: Range): CurveQuestion {
    const { lens, points, averageOnly } = this.#following
    const { axis, smoothing } = lens.look
    return { axis, logX: lens.logX, smoothing, range, averageOnly: averageOnly?.() ?? false, points: points() }
  }

  /** Asks for what is missing, what is looked at first. */
  async #ask(): Promise<void> {
    if (!this.#open) return
    const { range } = this.#following.lens
    if (!isWhole(range) && !this.#answers(this.#detail, this.#question(range))) {
      this.#detail = await this.#load(this.#question(range))
      this.#tell('store')
    }
    if (!this.#answers(this.#overview, this.#question(whole))) {
      this.#overview = await this.#load(this.#question(whole))
      this.#tell('store')
    }
    if (isWhole(this.#following.lens.range)) this.#detail = null
    this.problem = null
    if (!sameRange(range, this.#following.lens.range)) this.#sync()
  }

  /** Whether a set is what a question asks for, complete, with points enough and not too many. */
  #answers(set: CurveSet | null, question: CurveQuestion): boolean {
    if (!set || set.crowded || set.stale) return false
    return JSON.stringify(set.question) === JSON.stringify(question)
  }

  async #load(question: CurveQuestion): Promise<CurveSet> {
    const { axis, logX, smoothing, range, averageOnly, points } = question
    this.askedAt = performance.now()
    const ask = () =>
      this.#lab.client.request('runs.curves', {
        ...{ id: this.id, axis, logX, smoothing, averageOnly, ...range },
        curves: Object.entries(points).map(([name, most]) => ({
          name: name as CurveName,
          points: most,
          smooth: averaged.has(name as CurveName),
        })),
      })
    const { turn } = this.#following
    const view = await (turn ? turn(ask) : ask())
    const set = new CurveSet(question, view)
    for (const steps of this.#recent) if (!set.append(steps)) this.#retryLater()
    return set
  }
}

const sameRange = (a: Range, b: Range): boolean => a.from === b.from && a.to === b.to
