import type { RequestResult } from '../../shared/contract/contract'
import type { LabEvent } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'
import type { PublishedView, RunView } from '../../shared/contract/runs'
import { failureOf } from '../transport/client'
import { RunCurves } from './curves.svelte'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'

export type RunDetailView = RequestResult<'runs.get'>
export type LogLine = RequestResult<'runs.log'>[number]
export type { PublishedView }

/** Everything about one run, as long as its view is open. */
export class RunDetail {
  readonly id: string
  readonly curves: RunCurves
  readonly #lab: Lab
  detail = $state.raw<RunDetailView | null>(null)
  log = $state.raw<readonly LogLine[]>([])
  /** The paper's record of this run's preset on this data; null where nothing is published. */
  published = $state.raw<PublishedView | null>(null)
  problem = $state.raw<Failure | null>(null)
  readonly #reloadDetail: () => void
  #state: RunView['state'] | null = null

  constructor(lab: Lab, id: string) {
    this.#lab = lab
    this.id = id
    this.curves = new RunCurves(lab, id)
    this.#reloadDetail = refresher(
      () => this.#loadDetail(),
      (error) => void (this.problem = failureOf(error)),
    )
  }

  /** Loads and follows. @returns how to stop */
  start(): () => void {
    this.#reloadDetail()
    void this.#loadPublished()
    const reload = (): void => {
      this.#reloadDetail()
      this.curves.reload()
    }
    const stops = [this.curves.start(), this.#lab.onEvent((event) => this.#take(event)), this.#lab.onReload(reload)]
    return () => stops.forEach((stop) => stop())
  }

  #take(event: LabEvent): void {
    this.curves.take(event)
    if (event.kind !== 'run' || event.run.id !== this.id) return
    const began = event.run.state === 'running' && this.#state !== 'running'
    this.#state = event.run.state
    this.#reloadDetail()
    if (began) this.curves.restart()
  }

  async #loadDetail(): Promise<void> {
    const [detail, log] = await Promise.all([
      this.#lab.client.request('runs.get', { id: this.id }),
      this.#lab.client.request('runs.log', { id: this.id }),
    ])
    const epochs = this.detail?.epochs.length ?? detail.epochs.length
    this.detail = detail
    this.#state ??= detail.run.state
    this.log = log
    this.problem = null
    this.curves.authorLoss = detail.configuration.training.authorMetrics
    // Where an epoch ended on an axis of time only the store knows; a run that was taken back has other steps.
    if (detail.epochs.length !== epochs) this.curves.reload()
  }

  async #loadPublished(): Promise<void> {
    try {
      this.published = await this.#lab.client.request('runs.published', { id: this.id })
    } catch (error) {
      this.problem = failureOf(error)
    }
  }
}
