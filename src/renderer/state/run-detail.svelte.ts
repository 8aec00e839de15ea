import type { RequestResult } from '../../shared/contract/contract'
import type { LabEvent, LiveSteps } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'
import { failureOf } from '../transport/client'
import type { Lab } from './lab.svelte'
import { CURVE_POINTS, LossPoints } from './loss-curve'
import { refresher } from './refresher'

export type RunDetailView = RequestResult<'runs.get'>
export type LogLine = RequestResult<'runs.log'>[number]

/** The store is written once a second or so: news that old may be missing from a curve just read. Kept in batches. */
const RECENT = 100
/** Wait before a curve with missing steps is asked for again, for the store to have them. Milliseconds. */
const RETRY_AFTER = 1000

/** Everything about one run, as long as its view is open. */
export class RunDetail {
  readonly id: string
  readonly #lab: Lab
  detail = $state.raw<RunDetailView | null>(null)
  log = $state.raw<readonly LogLine[]>([])
  problem = $state.raw<Failure | null>(null)
  /** Changed in place, 10 times a second: `revision` tells of it. */
  loss = $state.raw<LossPoints | null>(null)
  revision = $state(0)
  #recent: LiveSteps[] = []
  #retry: ReturnType<typeof setTimeout> | null = null
  readonly #reloadCurve: () => void
  readonly #reloadDetail: () => void

  constructor(lab: Lab, id: string) {
    this.#lab = lab
    this.id = id
    const failed = (error: unknown): void => void (this.problem = failureOf(error))
    this.#reloadCurve = refresher(() => this.#loadCurve(), failed)
    this.#reloadDetail = refresher(() => this.#loadDetail(), failed)
  }

  /** Loads and follows. @returns how to stop */
  start(): () => void {
    const reload = (): void => {
      this.#reloadDetail()
      this.#reloadCurve()
    }
    reload()
    const stops = [this.#lab.onEvent((event) => this.#take(event)), this.#lab.onReload(reload)]
    return () => {
      stops.forEach((stop) => stop())
      if (this.#retry) clearTimeout(this.#retry)
    }
  }

  #take(event: LabEvent): void {
    if (event.kind === 'run' && event.run.id === this.id) this.#reloadDetail()
    if (event.kind !== 'run-steps' || event.id !== this.id) return
    this.#recent = [...this.#recent.slice(1 - RECENT), event.steps]
    if (!this.loss) return
    if (!this.loss.append(event.steps)) this.#retryCurve()
    else if (this.loss.crowded) this.#reloadCurve()
    this.revision += 1
  }

  #retryCurve(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = null
      this.#reloadCurve()
    }, RETRY_AFTER)
  }

  async #loadDetail(): Promise<void> {
    const [detail, log] = await Promise.all([
      this.#lab.client.request('runs.get', { id: this.id }),
      this.#lab.client.request('runs.log', { id: this.id }),
    ])
    this.detail = detail
    this.log = log
    this.problem = null
  }

  async #loadCurve(): Promise<void> {
    const range = { from: null, to: null, points: CURVE_POINTS, logX: false }
    const curve = await this.#lab.client.request('runs.curve', { id: this.id, column: 'loss', axis: 'batch', ...range })
    const loss = new LossPoints(curve)
    for (const steps of this.#recent) loss.append(steps)
    this.loss = loss
    this.revision += 1
  }
}
