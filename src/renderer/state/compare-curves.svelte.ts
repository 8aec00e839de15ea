import type { LabEvent } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'
import type { RunView } from '../../shared/contract/runs'
import { failureOf } from '../transport/client'
import { AskingLater } from './asking-later'
import type { Comparison } from './compare.svelte'
import { CurveLens } from './curve-lens.svelte'
import type { CurveSet } from './curve-points'
import { FollowedCurves } from './followed-curves.svelte'
import { Turns } from './turns'

/** Keys of what is kept over a restart. */
const LOOK_KEY = 'compare.curves'
const RANGES_KEY = 'compare.curves.ranges'

/** Questions that the lab answers at once, so that it has time for others. */
const AT_ONCE = 3
/** Points of all runs together, and of one at least: what is not seen is not fetched. */
const MOST_POINTS = 200_000
const LEAST_POINTS = 256
/**
 * Answers of so many runs are drawn together after so many milliseconds; of more of them seldom, since a drawing of hundreds
 * of lines takes longer than many answers; the last one at once.
 */
const FEW = 20
const TELL_EVERY = { few: 30, many: 1500 } as const

interface Followed {
  readonly curves: FollowedCurves
  readonly stop: () => void
  /** Recorded when it was read last. */
  readonly epochs: number
}

/** The curves of the runs that are compared, over one axis. */
export class CompareCurves extends CurveLens {
  readonly #comparison: Comparison
  readonly #turns = new Turns(AT_ONCE)
  readonly #later: AskingLater
  #followed = $state.raw<Readonly<Record<string, Followed>>>({})
  #askedAt = -Infinity
  #revision = $state(0)
  #answers = $state(0)
  /** What has come since it was told of. */
  #news: 'none' | 'steps' | 'store' = 'none'
  #telling: ReturnType<typeof setTimeout> | null = null
  /** What was kept of the look is read: runs can be followed. */
  open = $state(false)
  #settingsProblem = $state.raw<Failure | null>(null)
  readonly #states: Record<string, RunView['state']> = {}

  constructor(comparison: Comparison) {
    super(comparison.lab.settings, { look: LOOK_KEY, ranges: RANGES_KEY, of: 'compare', axis: 'epoch' })
    this.#comparison = comparison
    this.#later = new AskingLater(
      () => this.#ask(),
      () => this.#askedAt,
    )
  }

  /** Reads what was kept of the look and follows the runs. @returns how to stop */
  start(): () => void {
    const { lab } = this.#comparison
    void this.#begin()
    const stops = [
      lab.onEvent((event) => this.#take(event)),
      lab.onReload(() => Object.values(this.#followed).forEach(({ curves }) => curves.reload())),
    ]
    return () => {
      this.open = false
      this.#later.cancel()
      if (this.#telling) clearTimeout(this.#telling)
      this.#telling = null
      stops.forEach((stop) => stop())
      Object.values(this.#followed).forEach(({ stop }) => stop())
      this.#followed = {}
    }
  }

  /** Follows the runs that are compared now, and no others. */
  follow(): void {
    if (!this.open) return
    const before = this.#followed
    const runs = this.#comparison.runs
    const entries = runs.map(({ run, epochs }): [string, Followed] => {
      const known = before[run.id]
      // Where an epoch ended on an axis of time only the store knows; a run that was taken back has other steps.
      if (known && known.epochs !== epochs.length) known.curves.reload()
      return [run.id, { ...(known ?? this.#begun(run.id)), epochs: epochs.length }]
    })
    this.#followed = Object.fromEntries(entries)
    for (const [id, { stop }] of Object.entries(before)) if (!this.#followed[id]) stop()
    if (entries.some(([id]) => !before[id])) this.changed()
  }

  /** Asks for what is to be drawn since values are shown or hidden. */
  valuesChanged(): void {
    this.changed()
  }

  /** What is drawn of a run; null while it is not known. */
  shown(id: string): CurveSet | null {
    return this.#followed[id]?.curves.shown ?? null
  }

  /** How many of the runs are read. */
  get read(): number {
    return Object.values(this.#followed).filter(({ curves }) => curves.shown !== null).length
  }

  get problem(): Failure | null {
    const failed = Object.values(this.#followed).find(({ curves }) => curves.problem !== null)
    return failed?.curves.problem ?? this.#settingsProblem
  }

  /** Asks for everything again. */
  reload(): void {
    for (const { curves } of Object.values(this.#followed)) curves.reload()
  }

  readonly #extent = $derived.by(() => {
    const extents = Object.values(this.#followed).flatMap(({ curves }) => curves.extent ?? [])
    if (extents.length === 0) return null
    return { first: Math.min(...extents.map(({ first }) => first)), last: Math.max(...extents.map(({ last }) => last)) }
  })

  override get extent(): { readonly first: number; readonly last: number } | null {
    return this.#extent
  }

  override get steps(): number {
    return Math.max(0, ...Object.values(this.#followed).map(({ curves }) => curves.steps))
  }

  override get revision(): number {
    return this.#revision
  }

  override get answer(): unknown {
    return this.#answers
  }

  protected override changed(): void {
    this.#later.ask()
  }

  #ask(): void {
    this.#askedAt = performance.now()
    for (const { curves } of Object.values(this.#followed)) curves.ask()
  }

  #begun(id: string): Omit<Followed, 'epochs'> {
    const curves = new FollowedCurves(this.#comparison.lab, id, {
      lens: this,
      points: () => ({ loss: this.#points }),
      averageOnly: () => !this.#comparison.look.raw,
      turn: (work) => this.#turns.take(work),
      onPoints: (from) => this.#came(from),
    })
    this.#states[id] = this.#comparison.view(id)?.state ?? 'finished'
    return { curves, stop: curves.start() }
  }

  /** Hundreds of answers are told of now and then: each is drawn with all others. */
  #came(from: 'steps' | 'store'): void {
    if (this.#news !== 'store') this.#news = from
    const few = Object.keys(this.#followed).length <= FEW
    const last = from === 'store' && this.#turns.idle
    if (last && this.#telling) {
      clearTimeout(this.#telling)
      this.#telling = null
    }
    const wait = few ? TELL_EVERY.few : TELL_EVERY.many
    this.#telling ??= setTimeout(() => this.#tell(), last ? 0 : wait)
  }

  #tell(): void {
    this.#telling = null
    this.#revision += 1
    if (this.#news === 'store') this.#answers += 1
    this.#news = 'none'
  }

  get #points(): number {
    const share = Math.floor(MOST_POINTS / Math.max(1, this.#comparison.ids.length))
    return Math.max(LEAST_POINTS, Math.min(2 * this.widthOf('loss'), share))
  }

  async #begin(): Promise<void> {
    try {
      await this.#comparison.lab.settings.load([LOOK_KEY, RANGES_KEY])
    } catch (error) {
      this.#settingsProblem = failureOf(error)
    }
    this.open = true
  }

  #take(event: LabEvent): void {
    if (event.kind === 'run-steps') this.#followed[event.id]?.curves.take(event)
    if (event.kind !== 'run') return
    const { id, state } = event.run
    // Steps after its checkpoint are done again.
    if (state === 'running' && this.#states[id] !== 'running') this.#followed[id]?.curves.restart()
    this.#states[id] = state
  }
}
