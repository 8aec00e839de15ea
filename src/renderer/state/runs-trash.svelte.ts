import type { LabEvent } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'
import type { RunView } from '../../shared/contract/runs'
import { failureOf } from '../transport/client'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'

/** The runs that lie in the trash, newest first, as long as its view is open. */
export class RunsTrash {
  readonly #lab: Lab
  runs = $state.raw<readonly RunView[]>([])
  loaded = $state(false)
  problem = $state.raw<Failure | null>(null)

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** Loads and follows. @returns how to stop */
  start(): () => void {
    const reload = refresher(
      async () => {
        const runs = await this.#lab.client.request('runs.list', { trashed: true })
        this.runs = runs.toReversed()
        this.loaded = true
        this.problem = null
      },
      (error) => (this.problem = failureOf(error)),
    )
    reload()
    const stops = [this.#lab.onEvent((event) => this.#take(event)), this.#lab.onReload(reload)]
    return () => stops.forEach((stop) => stop())
  }

  #take(event: LabEvent): void {
    if (event.kind === 'runs-deleted') this.runs = this.runs.filter(({ id }) => !event.ids.includes(id))
    if (event.kind !== 'run') return
    const others = this.runs.filter(({ id }) => id !== event.run.id)
    if (event.run.trashed) this.runs = [event.run, ...others].sort((a, b) => b.number - a.number)
    else if (others.length < this.runs.length) this.runs = others
  }
}
