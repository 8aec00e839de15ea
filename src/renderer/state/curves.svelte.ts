import { curveNames } from '../../shared/contract/curves'
import { countsSteps, stepsPerUnit } from '../../shared/metrics/step-axis'
import type { LabEvent } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'
import { failureOf } from '../transport/client'
import { AskingLater } from './asking-later'
import { CurveLens } from './curve-lens.svelte'
import type { CurveQuestion, CurveSet } from './curve-points'
import { FollowedCurves } from './followed-curves.svelte'
import type { Lab } from './lab.svelte'
import type { Settings } from './settings.svelte'

/** Keys of what is kept over a restart. */
export const LOOK_KEY = 'run.curves'
export const RANGES_KEY = 'run.curves.ranges'

/** Settings whose keys were read from the lab. */
const loaded = new WeakSet<Settings>()

/** The curves of one run: how they are looked at, and what is known of them. */
export class RunCurves extends CurveLens {
  readonly id: string
  readonly #lab: Lab
  readonly #followed: FollowedCurves
  readonly #later: AskingLater
  #settingsProblem = $state.raw<Failure | null>(null)
  /** The author's extra pass was made: its loss is a curve too. */
  authorLoss = $state(false)
  /** Batches that the axis reaches at least, where another trace lies over this run's; null: to the run's own end. */
  reach = $state<number | null>(null)

  constructor(lab: Lab, id: string) {
    super(lab.settings, { look: LOOK_KEY, ranges: RANGES_KEY, of: id })
    this.#lab = lab
    this.id = id
    this.#followed = new FollowedCurves(lab, id, { lens: this, points: () => this.#points, turn: null })
    this.#later = new AskingLater(
      () => this.#followed.ask(),
      () => this.#followed.askedAt,
    )
  }

  /** Reads what was kept of the look, asks for the curves and follows the run. @returns how to stop */
  start(): () => void {
    let stop = (): void => undefined
    let open = true
    void this.#begin().then(() => {
      if (open) stop = this.#followed.start()
    })
    return () => {
      open = false
      this.#later.cancel()
      stop()
    }
  }

  /** Asks for everything again: events were missed, or something was recorded that no event carries. */
  reload(): void {
    this.#followed.reload()
  }

  /** The run begins or goes on from a checkpoint: steps after it are done again. */
  restart(): void {
    this.#followed.restart()
  }

  /** What is drawn: the range's own points once they are there, until then the whole run's. */
  get shown(): CurveSet | null {
    return this.#followed.shown
  }

  override get extent(): { readonly first: number; readonly last: number } | null {
    const { extent, shown } = this.#followed
    const { axis } = this.look
    if (!extent || !shown || this.reach === null || !countsSteps(axis)) return extent
    const reached = (this.reach * shown.shape.stepsPerBatch) / stepsPerUnit(axis, shown.shape)
    return { first: extent.first, last: Math.max(extent.last, reached) }
  }

  override get steps(): number {
    return this.#followed.steps
  }

  override get revision(): number {
    return this.#followed.revision
  }

  override get answer(): unknown {
    return this.shown?.question
  }

  get problem(): Failure | null {
    return this.#followed.problem ?? this.#settingsProblem
  }

  /** The loss of the newest step that is finite; null before the first. */
  get newestLoss(): number | null {
    return this.#followed.newestLoss
  }

  /** Takes what happens in the lab; others' news is left alone. */
  take(event: LabEvent): void {
    this.#followed.take(event)
  }

  protected override changed(): void {
    this.#later.ask()
  }

  get #points(): CurveQuestion['points'] {
    const wanted = curveNames.filter((name) => name !== 'authorLoss' || this.authorLoss)
    return Object.fromEntries(wanted.map((name) => [name, 2 * this.widthOf(name)]))
  }

  async #begin(): Promise<void> {
    const { settings } = this.#lab
    if (loaded.has(settings)) return
    try {
      await settings.load([LOOK_KEY, RANGES_KEY])
      loaded.add(settings)
      this.#settingsProblem = null
    } catch (error) {
      this.#settingsProblem = failureOf(error)
    }
  }
}
