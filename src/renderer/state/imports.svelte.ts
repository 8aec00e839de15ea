import type { InspectionView } from '../../shared/contract/data-sets'
import type { LabEvent } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'
import { failureOf } from '../transport/client'
import type { Lab } from './lab.svelte'

export type ImportProgress = Extract<LabEvent, { kind: 'import-progress' }>

/** Importing a folder, archive or file of the lab's machine: look at it first, then take it in. */
export class Imports {
  readonly #lab: Lab
  /** Imports that go on, by number. */
  going = $state.raw<readonly ImportProgress[]>([])
  inspection = $state.raw<InspectionView | null>(null)
  problem = $state.raw<Failure | null>(null)
  busy = $state(false)

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** Follows imports, those of other windows too. @returns how to stop */
  start(): () => void {
    const read = async (): Promise<void> => {
      const going = await this.#lab.client.request('dataSets.imports', {})
      this.going = going.map((entry) => ({ kind: 'import-progress', phase: 'importing', done: 0, total: 0, ...entry }))
    }
    const reload = (): void => void this.#lab.messages.attempt('Reading the imports', read)
    reload()
    const stops = [this.#lab.onEvent((event) => this.#take(event)), this.#lab.onReload(reload)]
    return () => stops.forEach((stop) => stop())
  }

  /** Looks at a path without importing anything. */
  async inspect(path: string): Promise<void> {
    await this.#work(async () => {
      this.inspection = await this.#lab.client.request('dataSets.inspect', { path, coarse: false })
    })
  }

  /** Imports what was looked at. */
  async begin(name: string): Promise<void> {
    const { inspection } = this
    if (!inspection) return
    await this.#work(async () => {
      await this.#lab.client.request('dataSets.import', { path: inspection.path, choices: { name } })
      this.inspection = null
    })
  }

  cancel(number: number): Promise<boolean> {
    return this.#lab.messages.attempt('Cancelling the import', () =>
      this.#lab.client.request('dataSets.cancelImport', { import: number }),
    )
  }

  async #work(work: () => Promise<void>): Promise<void> {
    this.busy = true
    this.problem = null
    try {
      await work()
    } catch (error) {
      this.problem = failureOf(error)
    } finally {
      this.busy = false
    }
  }

  #take(event: LabEvent): void {
    if (event.kind === 'import-progress') {
      const others = this.going.filter((entry) => entry.import !== event.import)
      this.going = [...others, event].sort((a, b) => a.import - b.import)
    } else if (event.kind === 'import-end') {
      this.going = this.going.filter((entry) => entry.import !== event.import)
    }
  }
}
